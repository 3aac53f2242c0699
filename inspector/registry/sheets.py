"""The sheets of a scenario: names, columns and words, English and Chinese.

This page is the import format. A header or a word may be written in either language;
English is what is written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain import (
    Assistant,
    BasePoints,
    Car,
    Case,
    Company,
    Complaint,
    Compound,
    Evaluation,
    Inspector,
    Item,
    Leave,
    Office,
    PastVisit,
    Recusal,
    Signal,
    Street,
)
from inspector.registry.cells import (
    COUNT,
    DAY,
    DEGREES,
    IDENT,
    MOMENT,
    POINTS,
    TEXT,
    USC18,
    YES_NO,
    Kind,
    integer,
    several,
)
from inspector.registry.words import (
    ASSISTANT,
    CASE_STATE,
    COMPANY_STATUS,
    COMPOUND_STATUS,
    CRS,
    HALF,
    ITEM_OBJECT,
    MODE,
    POLARITY,
    PRECISION,
    RISK,
    SEVERITY,
    SIGNAL_STATE,
    SKILL,
    SOURCE,
    TYPE,
    VISIT_KIND,
    WINDOW,
)
from inspector.workdays import Override

_NEVER_LOST = ("usc18", "cert_no", "cert_valid_to", "skill", "skills", "office")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` and `zh` (spellings behind `|`) are its headers.

    `field`: the field of the domain type, when it is not `name`. `refers`: the sheets
    whose keys the cell must name (`districts`: the districts of the streets).
    `empty`: the fault of an empty cell of a required column. `optional`: a sheet may
    lack the column, and is written without it when no row has anything in it. `made`:
    where the sheet or a cell lacks it the import makes it (`references`, `positions`),
    so that a layout does not ask for it.
    """

    name: str
    zh: str
    kind: Kind
    required: bool = True
    field: str = ""
    refers: tuple[str, ...] = ()
    empty: str = "cell.empty"
    optional: bool = False
    made: bool = False

    @property
    def title(self) -> str:
        """Its Chinese header."""
        return self.zh.partition("|")[0]

    @property
    def asked(self) -> bool:
        """Whether a sheet without the column is asked for it. What may be empty and
        says little by being so is not; a lost column of companies or certificates is
        no empty one."""
        return not (self.optional or self.made) and (
            self.required or self.name in _NEVER_LOST
        )

    @property
    def target(self) -> str:
        """The field of the domain type that holds the value."""
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; `key`: the columns that make a row unique and give the order.

    `spans`: pairs of columns whose dates must not be in the wrong order. `also`:
    columns that a clerk's sheet may have in place of others; they are never written.
    """

    name: str
    zh: str
    type: type[Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    spans: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    also: tuple[Column, ...] = ()

    @property
    def title(self) -> str:
        """Its Chinese name."""
        return self.zh.partition("|")[0]

    @property
    def has_place(self) -> bool:
        """Whether lon, lat and crs together make the field `place`."""
        return any(column.name == "crs" for column in self.columns)


_POSITION = (
    Column("lon", "经度", DEGREES, made=True),
    Column("lat", "纬度", DEGREES, made=True),
    Column("crs", "坐标系|坐标系统|坐标类型", CRS, made=True),
)
# Both degrees in one cell.
_LONLAT = (Column("lonlat", "经纬度|坐标|坐标点|经度纬度|位置坐标", TEXT, False),)
_SUBJECT = ("compounds", "companies")
_COMPOUND = Column("compound", "小区编号|小区", IDENT, refers=("compounds",))
_COMPANY = Column(
    *("usc18", "统一社会信用代码|信用代码", USC18, False), refers=("companies",)
)
_INSPECTOR = Column("inspector", "人员编号|人员", IDENT, refers=("inspectors",))
_SPAN = (("from", "to"),)


def _span(first: str, last: str, *, required: bool = False) -> tuple[Column, ...]:
    """The two columns of a time that begins and ends."""
    return (
        Column("from", f"{first}日期|起", DAY, required, "first"),
        Column("to", f"{last}日期|止", DAY, required, "last"),
    )


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "streets",
        "街道|镇街",
        Street,
        ("code",),
        (
            Column("code", "街道编码|编码", IDENT, made=True),
            Column("name", "街道名称|名称", TEXT),
            Column("district", "区县", TEXT),
            Column("min_draw", "最少抽取数", COUNT, required=False),
        ),
    ),
    Sheet(
        "offices",
        "办公点|办公地点",
        Office,
        ("id",),
        (
            Column("id", "办公点编号|编号", IDENT),
            Column("district", "区县", TEXT, refers=("districts",)),
            *_POSITION,
        ),
        also=_LONLAT,
    ),
    Sheet(
        "cars",
        "车辆",
        Car,
        ("id",),
        (
            Column("id", "车辆编号|编号", IDENT),
            Column("office", "办公点", IDENT, refers=("offices",)),
            *_span("启用", "停用"),
        ),
        spans=_SPAN,
    ),
    Sheet(
        "companies",
        "物业服务企业|企业",
        Company,
        ("usc18",),
        (
            Column("usc18", "统一社会信用代码|信用代码", USC18),
            Column("name", "企业名称|名称", TEXT),
            Column("status", "状态|登记状态", COMPANY_STATUS),
        ),
    ),
    Sheet(
        "compounds",
        "小区|住宅小区",
        Compound,
        ("id",),
        (
            Column("id", "小区编号|编号", IDENT, made=True),
            Column("name", "小区名称|名称", TEXT),
            Column("street", "街道编码|街道", IDENT, refers=("streets",)),
            Column("community", "社区", TEXT),
            Column("address", "地址", TEXT, required=False, optional=True),
            _COMPANY,
            Column("mode", "管理模式", MODE, required=False, optional=True),
            Column("responsible", "责任主体", TEXT, required=False, optional=True),
            Column("type", "小区类型|类型", TYPE),
            Column("households", "户数", COUNT),
            Column("risk_class", "风险类别|信用风险分类", RISK),
            Column("has_lift", "有电梯", YES_NO),
            Column("skill", "专业要求", SKILL, required=False),
            Column("service_minutes", "现场分钟", integer(1, 1440)),
            Column("window", "可查时段|时段", WINDOW),
            *_POSITION,
            Column("approximate", "坐标精度", PRECISION, False, optional=True),
            Column("status", "状态", COMPOUND_STATUS),
        ),
        also=_LONLAT,
    ),
    Sheet(
        "inspectors",
        "执法检查人员|人员",
        Inspector,
        ("id",),
        (
            Column("id", "人员编号|编号", IDENT, made=True),
            Column("name", "姓名", TEXT),
            Column("unit", "单位", TEXT),
            Column("office", "办公点", IDENT, required=False, refers=("offices",)),
            Column("cert_no", "执法证号", TEXT, required=False),
            Column("cert_valid_to", "执法证有效期|证件有效期", DAY, required=False),
            Column("may_lead", "可任主办", YES_NO),
            Column("expert", "专家", YES_NO),
            Column("skills", "专长", several(SKILL), required=False),
            Column(
                *("authorities", "检查主体|执法主体", several(TEXT), False),
                optional=True,
            ),
            Column("scope", "事项范围", several(TEXT), required=False, optional=True),
            Column("max_days", "最多天数", integer(0, 31)),
            Column(
                "carry_minutes",
                "结转分钟",
                integer(-1_000_000, 1_000_000),
                required=False,
            ),
        ),
    ),
    Sheet(
        "leave",
        "请假",
        Leave,
        ("inspector", "from", "to", "half"),
        (
            _INSPECTOR,
            *_span("开始", "结束", required=True),
            Column("half", "半天", HALF, required=False),
        ),
        spans=_SPAN,
    ),
    Sheet(
        "recusals",
        "回避",
        Recusal,
        ("inspector", "subject", "from", "to"),
        (
            _INSPECTOR,
            Column("subject", "回避对象|对象", IDENT, refers=_SUBJECT),
            Column("reason", "回避原因|原因", TEXT),
            *_span("开始", "结束"),
        ),
        spans=_SPAN,
    ),
    Sheet(
        "items",
        "抽查事项|事项",
        Item,
        ("code",),
        (
            Column("code", "事项编号|编号", IDENT),
            Column("group", "分组|组别", TEXT),
            Column("text", "事项内容|事项", TEXT),
            Column("breach", "违法情形|问题表述", TEXT, False, optional=True),
            Column("legal_basis", "法律依据|依据", TEXT, empty="item.legal_basis"),
            Column("method", "检查方式|方式", TEXT),
            Column("weight", "分值|权重", POINTS),
            Column("severity", "严重程度", SEVERITY, required=False),
            Column("evidence", "证据要求|证据", TEXT, required=False),
            Column("default_days", "整改期限（天）|整改期限", integer(0, 365)),
            Column("authority", "检查主体", TEXT, False, optional=True),
            Column("object", "检查对象", ITEM_OBJECT, False, optional=True),
            Column("key", "重点事项", YES_NO, False, optional=True),
            Column(
                "share_bp",
                "比例（万分）|比例",
                integer(0, 100_000),
                False,
                optional=True,
            ),
            Column(
                "per_year", "频次（次/年）|频次", integer(0, 366), False, optional=True
            ),
            Column("valid_from", "有效期起", DAY, False, optional=True),
            Column("valid_to", "有效期止", DAY, False, optional=True),
            Column("tags", "标签", several(TEXT), False, optional=True),
            Column("lists", "专项清单|专项", several(TEXT), False, optional=True),
        ),
    ),
    Sheet(
        "evaluations",
        "考评得分|考评",
        Evaluation,
        ("compound", "source"),
        (
            _COMPOUND,
            Column("source", "评价来源|来源", SOURCE),
            Column("score_bp", "得分（万分）|得分", integer(0, 10_000)),
            Column("sample", "样本数|样本", COUNT),
        ),
    ),
    Sheet(
        "signals",
        "信息推送|信号",
        Signal,
        ("date", "subject", "source", "polarity", "state"),
        (
            Column("subject", "对象", IDENT, refers=_SUBJECT),
            Column("source", "信息来源|来源", SOURCE),
            Column("polarity", "褒贬", POLARITY),
            Column("state", "核实状态|状态", SIGNAL_STATE),
            Column("date", "日期", DAY),
        ),
    ),
    Sheet(
        "credit_base",
        "信用基础信息|基础信息",
        BasePoints,
        ("subject", "code", "document"),
        (
            Column("subject", "企业|统一社会信用代码", IDENT, refers=("companies",)),
            Column("code", "记分编号|编号", IDENT),
            Column("points", "分值", POINTS),
            Column("document", "文号|证据号", TEXT),
            Column("valid_to", "有效期至|有效期止", DAY, required=False),
        ),
        optional=True,
    ),
    Sheet(
        "complaints",
        "12345投诉|投诉|热线工单",
        Complaint,
        ("number",),
        (
            Column("number", "工单编号|编号", IDENT),
            _COMPOUND,
            Column("date", "日期|受理日期", DAY),
            Column("topic", "诉求类别|类别", TEXT, False, optional=True),
        ),
        optional=True,
    ),
    Sheet(
        "history",
        "历史检查|历史",
        PastVisit,
        ("compound", "date", "kind"),
        (
            _COMPOUND,
            _COMPANY,
            Column("date", "日期", DAY),
            Column("kind", "检查类型|类型", VISIT_KIND),
            Column("counts_for_cap", "计入频次", YES_NO),
            Column("lead", "主办", IDENT, required=False, refers=("inspectors",)),
            Column("second", "协办", IDENT, required=False, refers=("inspectors",)),
            Column("due", "到期日", DAY, required=False, optional=True),
            Column("log", "日志", TEXT, required=False, optional=True),
            Column("at", "公示时刻", MOMENT, required=False, optional=True),
        ),
    ),
    Sheet(
        "docket",
        "整改台账|台账",
        Case,
        ("case",),
        (
            Column("case", "台账编号|编号", IDENT, field="id"),
            _COMPOUND,
            Column("state", "办理状态|状态", CASE_STATE),
            Column("opened", "立账日期", DAY),
            Column("last_visit", "最近上门", DAY, required=False),
            Column("next_from", "下次上门起", DAY, required=False, field="next_first"),
            Column("next_to", "下次上门止", DAY, required=False, field="next_last"),
        ),
        spans=(("next_from", "next_to"),),
    ),
    Sheet(
        "assistants",
        "协助人员",
        Assistant,
        ("id",),
        (
            Column("id", "协助人员编号|编号", IDENT),
            Column("kind", "类别", ASSISTANT),
            Column(
                "compounds",
                "负责小区|小区",
                several(IDENT),
                required=False,
                refers=("compounds",),
            ),
        ),
    ),
    Sheet(
        "calendar",
        "工作日历|日历",
        Override,
        ("date",),
        (
            Column("date", "日期", DAY, field="day"),
            Column("is_workday", "是否工作日", YES_NO),
            Column("note", "备注", TEXT, required=False),
        ),
        optional=True,
    ),
)


def _names(name: str, zh: str) -> tuple[str, ...]:
    return (name, *zh.split("|"))


# Every accepted spelling of a sheet's name.
SHEET_NAMES: Mapping[str, Sheet] = {
    spelling: sheet for sheet in SHEETS for spelling in _names(sheet.name, sheet.zh)
}


def headers(sheet: Sheet) -> dict[str, Column]:
    """Every accepted spelling of the sheet's headers."""
    return {
        spelling: column
        for column in (*sheet.columns, *sheet.also)
        for spelling in _names(column.name, column.zh)
    }


def known_in(sheets: Sequence[str]) -> dict[str, str]:
    """What `row.unknown` says of the sheets that do not hold a name."""
    return {"sheets": " / ".join(sheets), "zh": "、".join(map(_said, sheets))}


def _said(sheet: str) -> str:
    """A sheet, or what else holds names, as a clerk calls it."""
    return SHEET_NAMES[sheet].title if sheet in SHEET_NAMES else "区县"
