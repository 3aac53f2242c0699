"""Everyday oddities of cells as a table: a change to the clean city, and what it is.

A row: sheet, spreadsheet row, column, what the clerk typed, then
  read   the rule that reads it, and the text it is read as
  fault  the code, told first and at the cell
  note   the code, told at the row
Others add rows; `test_kinds` walks them.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """`clean`: what a careful clerk would have typed, for `read`."""

    sheet: str
    row: int
    column: str
    typed: str
    what: str
    code: str
    clean: str = ""


def _read(where: str, typed: str, code: str, clean: str) -> Kind:
    sheet, row, column = where.split("/")
    return Kind(sheet, int(row), column, typed, "read", f"read.{code}", clean)


def _fault(where: str, typed: str, code: str) -> Kind:
    sheet, row, column = where.split("/")
    return Kind(sheet, int(row), column, typed, "fault", code)


def _note(where: str, typed: str, code: str) -> Kind:
    sheet, row, column = where.split("/")
    return Kind(sheet, int(row), column, typed, "note", f"note.{code}")


NBSP, WIDE, NONE, BOM = "\u00a0", "\u3000", "\u200b", "\ufeff"
FIRM = "91110000600037341L"

READ: tuple[Kind, ...] = (
    # blanks
    _read("leave/2/inspector", f"P01{NBSP}", "spaces", "P01"),
    _read("leave/2/inspector", f"{WIDE}P01{WIDE}", "spaces", "P01"),
    _read("leave/2/inspector", f"P{NONE}01", "spaces", "P01"),
    _read("compounds/2/id", f"{BOM}C001", "spaces", "C001"),
    _read("compounds/2/name", f"阳光{NONE}小区{NBSP}", "spaces", "阳光小区"),
    _read("compounds/2/name", f"阳光{NBSP}小区", "inner_spaces", "阳光 小区"),
    _read("compounds/2/households", f"500{NBSP}", "spaces", "500"),
    _read("leave/2/from", f"2026-12-07{WIDE}", "spaces", "2026-12-07"),
    _read("compounds/2/window", f"全天{WIDE}", "spaces", "全天"),
    _read("compounds/2/name", "阳光\n小区", "line_break", "阳光小区"),
    _read("inspectors/2/name", "张　三", "name_spaces", "张三"),
    _read("inspectors/2/name", "张  三", "name_spaces", "张三"),
    # full width, apostrophes, composition
    _read("compounds/2/id", "Ｃ００１", "full_width", "C001"),
    _read("compounds/2/households", "５００", "full_width", "500"),
    _read("leave/2/from", "２０２６－１２－０７", "full_width", "2026-12-07"),
    _read("compounds/2/risk_class", "Ａ", "full_width", "A"),
    _read("compounds/2/usc18", "９１110000600037341Ｌ", "full_width", FIRM),
    _read("leave/2/inspector", "’P01", "apostrophe", "P01"),
    _read("compounds/2/households", "'500", "apostrophe", "500"),
    _read("inspectors/2/cert_no", "'0017", "apostrophe", "0017"),
    _read("compounds/2/name", "Cafe\u0301小区", "nfc", "Café小区"),
    # numbers
    _read("compounds/2/households", "1,325", "thousands", "1325"),
    _read("compounds/2/households", "1,325,000", "thousands", "1325000"),
    _read("compounds/2/households", "1，325", "thousands", "1325"),
    _read("compounds/2/households", "500.0", "whole", "500"),
    _read("compounds/2/households", "1,325户", "unit", "1325"),
    _read("compounds/2/households", "0.2万户", "unit", "2000"),
    _read("compounds/2/service_minutes", "65分钟", "unit", "65"),
    _read("compounds/2/service_minutes", "1.5小时", "unit", "90"),
    _read("compounds/2/service_minutes", "65 min", "unit", "65"),
    _read("items/2/default_days", "15天", "unit", "15"),
    _read("inspectors/2/max_days", "12天", "unit", "12"),
    _read("streets/2/min_draw", "1个", "unit", "1"),
    _read("evaluations/2/sample", "49份", "unit", "49"),
    _read("items/2/weight", "40分", "unit", "40"),
    # yes and no
    _read("compounds/2/has_lift", "√", "yes_no", "是"),
    _read("compounds/2/has_lift", "有", "yes_no", "是"),
    _read("compounds/3/has_lift", "×", "yes_no", "否"),
    _read("compounds/3/has_lift", "无", "yes_no", "否"),
    _read("compounds/2/has_lift", "Y", "yes_no", "是"),
    _read("compounds/3/has_lift", "N", "yes_no", "否"),
    _read("compounds/2/has_lift", "☑", "yes_no", "是"),
    _read("inspectors/2/may_lead", "可", "yes_no", "是"),
    # dates
    _read("leave/2/from", "2026.12.7", "date", "2026-12-07"),
    _read("leave/2/from", "2026.12.07", "date", "2026-12-07"),
    _read("leave/2/from", "20261207", "date", "2026-12-07"),
    _read("leave/2/from", "2026年12月7号", "date", "2026-12-07"),
    _read("leave/2/from", "2026 12 07", "date", "2026-12-07"),
    _read("leave/2/from", "2026-12-07 00:00:00", "date_time", "2026-12-07"),
    _read("leave/2/from", "2026/12/7 8:30", "date_time", "2026-12-07"),
    _read("leave/2/from", "2026年12月7日（周一）", "weekday", "2026-12-07"),
    _read("leave/2/from", "7-Dec-2026", "date", "2026-12-07"),
    _read("leave/2/from", "Dec 7, 2026", "date", "2026-12-07"),
    _read("leave/2/from", "46363", "serial", "2026-12-07"),
    _read("docket/2/opened", "25/10/2026", "date", "2026-10-25"),
    _read("docket/2/opened", "10/25/2026", "date", "2026-10-25"),
    _read("recusals/3/to", "长期", "open_end", ""),
    _read("cars/2/to", "至今", "open_end", ""),
    _read("cars/2/to", "/", "nothing", ""),
    # words
    _read("compounds/2/risk_class", "A级", "word", "A"),
    _read("compounds/3/type", "老旧住宅", "word", "老旧"),
    _read("compounds/2/window", "不限", "word", "全天"),
    _read("companies/2/status", "在业", "word", "存续"),
    _read("companies/2/status", "存续（在营、开业、在册）", "word", "存续"),
    _read("history/2/kind", "随机抽查", "word", "random"),
    _read("compounds/3/skill", "无", "nothing", ""),
    _read("leave/2/half", "—", "nothing", ""),
    _read("inspectors/2/skills", "电梯，消防", "list", "lift;fire"),
    _read("inspectors/2/skills", "电梯/消防", "list", "lift;fire"),
    _read("inspectors/2/skills", "lift fire", "list", "lift;fire"),
    _read("assistants/2/compounds", "C001,C002", "list", "C001;C002"),
    _read("assistants/2/compounds", "C001 C002", "list", "C001;C002"),
    # credit codes
    _read("compounds/2/usc18", FIRM.lower(), "credit_code", FIRM),
    _read("compounds/2/usc18", "9111 0000 6000 37341L", "credit_code", FIRM),
    _read("companies/2/usc18", "911100006000-37341l", "credit_code", FIRM),
    # names for ids
    _read("compounds/2/street", "城中街道", "by_name", "S01"),
    _read("compounds/2/usc18", "安居物业", "by_name", FIRM),
    _read("leave/2/inspector", "甲", "by_name", "P01"),
    _read("recusals/2/subject", "老街小区", "by_name", "C002"),
    _read("recusals/3/subject", "安居物业", "by_name", FIRM),
    _read("evaluations/2/compound", "阳光小区", "by_name", "C001"),
    _read("history/2/lead", "甲", "by_name", "P01"),
    _read("cars/2/office", "万秀区", "by_name", "O1"),
    _read("assistants/2/compounds", "阳光小区、老街小区", "by_name", "C001;C002"),
    _read("recusals/3/subject", FIRM.lower(), "id_case", FIRM),
    _read("leave/2/inspector", "p01", "id_case", "P01"),
    # places
    _read("compounds/2/lon", "111.321000°", "degrees", "111.321000"),
    _read("compounds/2/lon", "东经111.321000", "degrees", "111.321000"),
    _read("compounds/2/lon", "111°19′15.6″", "degrees", "111.321000"),
    _read("compounds/2/crs", "GPS", "crs", "WGS-84"),
)

FAULTS: tuple[Kind, ...] = (
    # two readings
    _fault("leave/2/from", "03/04/2026", "cell.date_two"),
    _fault("leave/2/from", "3.4.2026", "cell.date_two"),
    _fault("leave/2/from", "3.4", "cell.date_year"),
    _fault("leave/2/from", "12月7日", "cell.date_year"),
    _fault("leave/2/from", "12-07", "cell.date_year"),
    _fault("leave/2/from", "26.12.07", "cell.date_short"),
    _fault("leave/2/from", "26年12月7日", "cell.date_short"),
    _fault("leave/2/from", "2026-12", "cell.date_day"),
    _fault("leave/2/from", "2026年12月", "cell.date_day"),
    _fault("leave/2/from", "2026-02-30", "cell.date"),
    _fault("leave/2/from", "下周一", "cell.date"),
    _fault("leave/2/from", "长期", "cell.date"),
    _fault("compounds/2/has_lift", "x", "cell.tick"),
    _fault("compounds/2/has_lift", "□", "cell.tick"),
    _fault("compounds/2/has_lift", "部分", "cell.yes_no"),
    _fault("compounds/2/has_lift", "", "cell.empty"),
    # numbers
    _fault("compounds/2/households", "约500", "cell.integer"),
    _fault("compounds/2/households", "1,32", "cell.integer"),
    _fault("compounds/2/households", "500-600", "cell.integer"),
    _fault("compounds/2/households", "3.5", "cell.integer"),
    _fault("compounds/2/households", "-5", "cell.range"),
    _fault("compounds/2/service_minutes", "一小时", "cell.integer"),
    _fault("compounds/2/service_minutes", "0", "cell.range"),
    _fault("items/2/default_days", "15个工作日", "cell.integer"),
    _fault("items/2/weight", "4.125", "cell.points"),
    _fault("evaluations/2/score_bp", "10001", "cell.range"),
    _fault("evaluations/2/score_bp", "85.5", "cell.scale_row"),
    # characters
    _fault("compounds/2/name", "⻓洲⽣活区", "cell.radical"),
    _fault("compounds/2/name", "龍\uf907小区", "cell.radical"),
    _fault("streets/2/district", "⻓洲区", "cell.radical"),
    _fault("compounds/2/name", "字" * 2001, "cell.text"),
    _fault("compounds/2/name", "甲\ue000", "cell.text"),
    _fault("compounds/2/id", "小区1", "cell.ident"),
    _fault("cars/2/id", "桂D·123", "cell.ident"),
    # credit codes
    _fault("companies/2/usc18", "9111OOOO600037341L", "cell.usc18_typo"),
    _fault("companies/2/usc18", "9III0000600037341L", "cell.usc18_typo"),
    _fault("companies/2/usc18", "91110000600037341K", "cell.usc18_check"),
    _fault("companies/2/usc18", "91110000600037", "cell.usc18"),
    # references
    _fault("compounds/2/street", "城北街道", "row.unknown"),
    _fault("leave/2/inspector", "赵六", "row.unknown"),
    _fault("leave/2/inspector", "P09", "row.unknown"),
    _fault("recusals/2/subject", "无名小区", "row.unknown"),
    # words
    _fault("compounds/2/risk_class", "E", "cell.word"),
    _fault("compounds/2/window", "晚上", "cell.word"),
    _fault("history/2/kind", "巡查", "cell.word"),
    # places
    _fault("compounds/2/lon", "一百一十一", "place.number"),
    _fault("compounds/2/lon", "181.321000", "place.range"),
    _fault("compounds/2/lon", "111°75′00″", "place.number"),
    _fault("compounds/2/lat", "", "cell.empty"),
    _fault("compounds/2/crs", "", "cell.empty"),
    _fault("compounds/2/crs", "北京54", "cell.word"),
    _fault("compounds/3/crs", "百度", "row.crs"),
    _fault("offices/2/lon", "", "cell.empty"),
    # rows
    _fault("leave/2/to", "2026-12-01", "row.span"),
    _fault("inspectors/3/cert_no", "桂D-001", "row.twice"),
    _fault("compounds/3/id", "C001", "row.twice"),
    _fault("history/2/date", "2099-05-01", "history.future"),
    _fault("history/2/date", "2027-01-04", "history.future"),
)

NOTES: tuple[Kind, ...] = (
    _note("compounds/2/lon", "113.321000", "far_office"),
    _note("compounds/2/households", "0", "households_none"),
    _note("compounds/2/households", "50000", "households_many"),
    _note("compounds/2/service_minutes", "650", "minutes"),
    _note("compounds/2/service_minutes", "6", "minutes"),
    _note("compounds/2/name", "长" * 70, "long_name"),
    _note("compounds/2/name", "123", "digits_name"),
    _note("companies/2/status", "注销", "gone_company"),
    _note("companies/3/name", "安居物业", "same_company"),
    _note("inspectors/2/cert_no", "", "no_certificate"),
    _note("inspectors/2/max_days", "0", "no_days"),
    _note("inspectors/2/may_lead", "0", "nobody_leads"),
    _note("inspectors/2/cert_valid_to", "2127-06-30", "certificate_year"),
    _note("inspectors/2/carry_minutes", "30000", "carry"),
    _note("inspectors/3/name", "甲", "same_person"),
    _note("leave/2/to", "2027-02-08", "leave_long"),
    _note("leave/3/from", "2025-12-09", "leave_long"),
    _note("signals/2/date", "2027-11-03", "future"),
    _note("docket/3/opened", "2027-11-01", "future"),
    _note("history/2/second", "P01", "one_pair"),
    _note("evaluations/4/sample", "0", "sample_none"),
)
KINDS = READ + FAULTS + NOTES
