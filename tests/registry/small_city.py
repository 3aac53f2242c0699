"""A small city as editable sheets: change one cell, read it, look at the faults."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from openpyxl import Workbook

from inspector.errors import Fault, Faults
from inspector.registry import SHEETS, Scenario, read_scenario

POLICY = """\
bureau = "wuzhou"
month = "2026-12"

[[draw_entropy]]
id = "dice-1"
kind = "dice"
name = "现场"
issue = "1"
at = "2026-11-26T02:00:00Z"

[[draw_entropy]]
id = "ssq-1"
kind = "lottery"
name = "双色球"
issue = "2026136"
at = "2026-11-26T13:15:00Z"

[[lottery_entropy]]
id = "dlt-1"
kind = "lottery"
name = "大乐透"
issue = "2026136"
at = "2026-11-28T13:25:00Z"
"""


CITY: dict[str, str] = {
    "streets": """\
code,name,district,min_draw
S01,城中街道,万秀区,1
S02,河东街道,长洲区,
""",
    "offices": """\
id,district,lon,lat,crs
O1,万秀区,111.320000,23.470000,WGS-84
O2,长洲区,111.270000,23.480000,WGS-84
""",
    "cars": """\
id,office,from,to
V1,O1,,
V2,O2,2026-01-01,2026-12-31
""",
    "companies": """\
usc18,name,status
91110000600037341L,安居物业,active
91450400MA5KX1234D,和顺物业,suspended
""",
    "compounds": """\
id,name,street,community,usc18,type,households,risk_class,has_lift,skill,service_minutes,window,lon,lat,crs,status
C001,阳光小区,S01,东社区,91110000600037341L,commercial,500,A,yes,lift,75,all_day,111.321000,23.471000,WGS-84,active
C002,老街小区,S01,西社区,,old,120,D,no,,60,morning,111.322000,23.472000,WGS-84,active
C003,河东花园,S02,南社区,91450400MA5KX1234D,new,300,B,1,fire,90,afternoon,111.271000,23.481000,WGS-84,active
C004,旧厂宿舍,S02,南社区,,unit,40,C,0,,60,all_day,111.272000,23.482000,WGS-84,closed
""",
    "inspectors": """\
id,name,unit,office,cert_no,cert_valid_to,may_lead,expert,skills,max_days,carry_minutes
P01,甲,住建局,O1,桂D-001,2027-06-30,1,0,lift;fire,12,-30
P02,乙,住建局,O2,桂D-002,2026-01-01,0,0,,10,0
P03,丙,协会,,,,0,1,engineering,5,
""",
    "leave": """\
inspector,from,to,half
P01,2026-12-07,2026-12-08,
P02,2026-12-09,2026-12-09,am
""",
    "recusals": """\
inspector,subject,reason,from,to
P01,C002,居住本小区,,
P02,91110000600037341L,近亲属任职,2026-01-01,
""",
    "items": """\
code,group,text,legal_basis,method,weight,severity,evidence,default_days
G1-01,G1 主体与合同,物业服务合同备案,条例第四十二条,实地检查,40,minor,合同,15
G3-14,G3 收费与资金,不断水断电催费,条例第八十二条,实地检查,59.5,redline,照片,0
G7-30,G7 治理,诉求办理,条例第八十条,书面检查,0.50,,,30
""",
    "evaluations": """\
compound,source,score_bp,sample
C001,housing,9000,1
C001,street,8500,1
C002,owners,6000,40
""",
    "signals": """\
subject,source,polarity,state,date
C002,owners,criticism,accepted,2026-11-03
91110000600037341L,media,praise,pending,2026-11-05
""",
    "history": """\
compound,usc18,date,kind,counts_for_cap,lead,second
C001,91110000600037341L,2026-11-10,random,1,P01,P02
C002,,2026-11-11,recheck,0,P01,
""",
    "docket": """\
case,compound,state,opened,last_visit,next_from,next_to
D-1,C002,rectifying,2026-10-08,2026-11-11,2026-12-01,2026-12-15
D-2,C003,waiting,2026-11-01,,,
""",
    "assistants": """\
id,kind,compounds
A1,observer,C001;C002
A2,lawyer,
""",
}


@dataclass
class City:
    """Sheets as lists of rows; the first row is the header."""

    sheets: dict[str, list[list[str]]]
    policy: str = POLICY
    extra: dict[str, bytes] = field(default_factory=dict)

    def set(self, sheet: str, row: int, column: str, value: str) -> None:
        """Put `value` into a cell; rows count as a spreadsheet does."""
        self.sheets[sheet][row - 1][self.sheets[sheet][0].index(column)] = value

    def files(self, encoding: str = "utf-8") -> dict[str, bytes]:
        out = {}
        for name, rows in self.sheets.items():
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows)
            out[f"{name}.csv"] = text.getvalue().encode(encoding)
        return out | {"policy.toml": self.policy.encode()} | self.extra

    def workbook(self) -> Workbook:
        book = Workbook()
        book.remove(book.active)
        for name, rows in self.sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
        return book

    def xlsx(self, book: Workbook | None = None) -> dict[str, bytes]:
        data = io.BytesIO()
        (book or self.workbook()).save(data)
        return {
            "registry.xlsx": data.getvalue(),
            "policy.toml": self.policy.encode(),
        } | self.extra

    def read(self) -> Scenario:
        return read_scenario(self.files())

    def faults(self, files: dict[str, bytes] | None = None) -> list[Fault]:
        """The faults of reading, none when it can be read."""
        try:
            read_scenario(self.files() if files is None else files)
        except Faults as e:
            assert str(e)  # every message fills its template
            return list(e.faults)
        return []

    def codes(self, files: dict[str, bytes] | None = None) -> list[str]:
        return [fault.code for fault in self.faults(files)]

    def chinese(self) -> None:
        """Rename sheets, headers and the words of closed lists to Chinese."""
        for sheet in SHEETS:
            if sheet.name not in self.sheets:
                continue
            rows = self.sheets.pop(sheet.name)
            titles = {c.name: c.zh.split("|")[0] for c in sheet.columns}
            rows[0] = [titles[name] for name in rows[0]]
            self.sheets[sheet.zh.split("|")[0]] = rows


def a_city() -> City:
    return City(
        {name: list(csv.reader(io.StringIO(text))) for name, text in CITY.items()}
    )
