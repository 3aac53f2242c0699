"""A printed paper: A4, named Chinese fonts, Chinese first and English beside it.

paper = Paper("检查通知书", "Inspection notice", head)
paper.fields([("被检查单位", "Inspected company", name)])
paper.table(("序号 No.", ...), rows, (12, 60, 94))
data = paper.data()
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from api.papers.archive import fixed
from api.papers.text import day, moment
from inspector.printable import clean

TITLE, BODY, LATIN = "方正小标宋简体", "仿宋", "Times New Roman"
# What a program takes that lacks a font; Word reads the first, LibreOffice all.
FALLBACK = {
    TITLE: "FZXiaoBiaoSong-B05S;SimSun;宋体;Noto Serif CJK SC;Source Han Serif SC",
    BODY: "FangSong;仿宋_GB2312;FangSong_GB2312;Noto Serif CJK SC;Source Han Serif SC",
}
# What stands under every form: the fields are the Ministry's, the layout is ours.
FORM = "参照《行政检查文书基本格式文本（试行）》格式编制，以正式文本为准"
WIDTH, WIDE = 160, 247  # millimetres between the margins, upright and landscape
UNDATED = "　　　　年　　月　　日"
_GREY = RGBColor(0x55, 0x55, 0x55)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every paper: who issues it, its number, when it was made."""

    bureau: str
    number: str
    at: datetime
    demo: bool = False


class Paper:
    """One .docx file under construction."""

    def __init__(
        self, zh: str, en: str, head: Head, *, wide: bool = False, form: bool = False
    ) -> None:
        """`form`: one of the forms an inspection is made with; its footer says so."""
        self.head = head
        self._form = form
        self._width = WIDE if wide else WIDTH
        self._doc = Document()
        self._page()
        self._properties(f"{zh} {en}")
        self._running(zh)
        self._title(zh, en)

    def _page(self) -> None:
        section = self._doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        if self._width == WIDE:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin = Mm(24)
        section.bottom_margin = Mm(26 if self._form else 22)
        section.header_distance = section.footer_distance = Mm(12)
        style = self._doc.styles["Normal"]
        style.font.size = Pt(12)
        _fonts(style.element.get_or_add_rPr(), BODY)
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.line_spacing = 1.25

    def _properties(self, title: str) -> None:
        p = self._doc.core_properties
        p.title, p.author, p.language = clean(title), clean(self.head.bureau), "zh-CN"
        p.comments, p.last_modified_by, p.revision = "", clean(self.head.bureau), 1
        p.created = p.modified = self.head.at.astimezone(UTC).replace(tzinfo=None)

    def _running(self, zh: str) -> None:
        """Header with bureau and number, footer with the page numbers."""
        section = self._doc.sections[0]
        top = section.header.paragraphs[0]
        marks = "（演示数据）" if self.head.demo else ""
        said = f"{self.head.bureau}　{zh}{marks}"
        _run(top, said, size=9, grey=True)
        foot = section.footer.paragraphs[0]
        if self._form:
            foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(foot, FORM, size=9, grey=True)
            foot = section.footer.add_paragraph()
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(foot, "第 ", size=9)
        _field(foot, "PAGE")
        _run(foot, " 页，共 ", size=9)
        _field(foot, "NUMPAGES")
        _run(foot, f" 页　生成时间 {moment(self.head.at)}", size=9)

    def _title(self, zh: str, en: str) -> None:
        line = self._doc.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(6)
        _run(line, zh, size=20, font=TITLE)
        line = self._doc.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(line, en, size=11, grey=True)
        if self.head.number:
            line = self._doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(line, self.head.number)

    def heading(self, zh: str, en: str) -> None:
        """A heading inside the paper."""
        line = self._doc.add_paragraph()
        line.paragraph_format.space_before = Pt(8)
        line.paragraph_format.keep_with_next = True
        _run(line, zh, bold=True)
        _run(line, f"　{en}", size=9.5, grey=True)

    def text(self, zh: str, en: str = "") -> None:
        """A paragraph, its translation smaller below it."""
        for part in clean(zh, lines=True).split("\n"):
            line = self._doc.add_paragraph()
            if not part.endswith("："):  # whom a letter addresses stands at the margin
                line.paragraph_format.first_line_indent = Pt(24)
            _run(line, part)
        if en:
            _run(self._doc.add_paragraph(), en, size=9.5, grey=True)

    def fields(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """A form: label in both languages, value."""
        widths = (46, self._width - 46)
        table = self._table(widths)
        for zh, en, value in rows:
            made, cells = _row(table, widths)
            _flag(made, "w:cantSplit")
            _label(cells[0], zh, en)
            _put(cells[1], value)
        self._gap()

    def table(
        self,
        head: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        height: int = 0,
    ) -> None:
        """A list; its head is repeated on every page. Widths and the least height of a
        row (room to write by hand) in millimetres."""
        table = self._table(widths)
        top, cells = _row(table, widths)
        _flag(top, "w:tblHeader")
        for cell, (zh, en) in zip(cells, head, strict=True):
            _label(cell, zh, en, shade=True)
        for row in rows:
            made, cells = _row(table, widths)
            _flag(made, "w:cantSplit")
            if height:
                made.height = Mm(height)
            for cell, value in zip(cells, row, strict=True):
                _put(cell, value, size=10.5)
        self._gap()

    def qr(self, url: str, zh: str, en: str) -> None:
        """A QR code with its address and what it is for."""
        out = io.BytesIO()
        segno.make(url, error="m", micro=False).save(out, kind="png", scale=8, border=4)
        line = self._doc.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.keep_with_next = True
        picture = line.add_run().add_picture(io.BytesIO(out.getvalue()), width=Mm(34))
        about = picture._inline.docPr  # noqa: SLF001 - no public way to set alt text
        about.set("descr", clean(f"{zh} {url}"))
        for said, grey in ((zh, False), (en, True), (url, True)):
            line = self._doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.paragraph_format.keep_with_next = said != url
            _run(line, said, size=9.5, grey=grey)

    def signatures(self, rows: Sequence[tuple[str, str]]) -> None:
        """Places to sign, with a date each."""
        widths = (60, self._width - 60)
        table = self._table(widths)
        for zh, en in rows:
            made, cells = _row(table, widths)
            _flag(made, "w:cantSplit")
            made.height = Mm(14)
            _label(cells[0], zh, en)
            _put(cells[1], "签名：　　　　　　　　　　年　　月　　日")
        self._gap()

    def seal(self, when: date | None) -> None:
        """The bureau's name and the paper's own date (never that of the download;
        blank for none yet), right-aligned, where the seal goes."""
        for said in (self.head.bureau, day(when) or UNDATED, "（盖章）"):
            line = self._doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.keep_with_next = True
            _run(line, said)

    def data(self) -> bytes:
        """The file; the same paper gives the same bytes."""
        out = io.BytesIO()
        last = self._doc.paragraphs[-1]
        if not last.text:  # what stands below the last table makes no page of its own
            last.paragraph_format.line_spacing = Pt(1)
        self._doc.save(out)
        return fixed(
            out.getvalue(), self.head.at, {"word/fontTable.xml": _font_table()}
        )

    def _table(self, widths: Sequence[int]) -> Any:
        table = self._doc.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _gap(self) -> None:
        """Word joins two tables that nothing stands between."""
        between = self._doc.add_paragraph().paragraph_format
        between.space_after, between.line_spacing = Pt(0), Pt(9)


def _row(table: Any, widths: Sequence[int]) -> tuple[Any, list[Any]]:
    """A new row and its cells. Asking the table for its columns would read it all."""
    row = table.add_row()
    cells = list(row.cells)
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
    return row, cells


def _fonts(properties: Any, font: str) -> None:
    """Latin and Chinese font of a run's or style's properties."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _run(
    line: Any,
    text: str,
    *,
    size: float = 0,
    bold: bool = False,
    grey: bool = False,
    font: str = BODY,
) -> Any:
    run = line.add_run(clean(text))
    _fonts(run._element.get_or_add_rPr(), font)  # noqa: SLF001 - Chinese font
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if grey:
        run.font.color.rgb = _GREY
    return run


def _label(cell: Any, zh: str, en: str, *, shade: bool = False) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.space_after = Pt(0)
    _run(line, zh, size=10.5, bold=shade)
    if en:
        line.add_run().add_break()
        _run(line, en, size=8, grey=True)
    if shade:
        fill = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEEEEE")):
            fill.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(fill)  # noqa: SLF001 - no public shading


def _put(cell: Any, value: str, *, size: float = 11) -> None:
    parts = clean(value, lines=True).split("\n")
    for k, part in enumerate(parts):
        line = cell.paragraphs[0] if k == 0 else cell.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        _run(line, part, size=size)


def _flag(row: Any, name: str) -> None:
    """Set a row property: repeated head, or kept on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001


def _field(line: Any, code: str) -> None:
    """A field that Word fills in: PAGE, NUMPAGES."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    size = OxmlElement("w:rPr")
    half = OxmlElement("w:sz")
    half.set(qn("w:val"), "18")
    size.append(half)
    said = OxmlElement("w:t")
    said.text = "1"
    run.append(size)
    run.append(said)
    field.append(run)
    line._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _font_table() -> bytes:
    """Fonts by name, with what stands in for them (`altName`)."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in FALLBACK.items()
    )
    latin = f'<w:font w:name="{LATIN}"><w:family w:val="roman"/></w:font>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts xmlns:w="{space}">{latin}{rows}</w:fonts>'
    ).encode()
