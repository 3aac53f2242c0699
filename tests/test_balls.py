"""Results as they are printed: every way of printing gives the one kept text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from inspector.balls import EXAMPLES, GROUPS, canonical, form_of, in_groups
from inspector.ceremony.seed import valid_value
from inspector.errors import CeremonyError
from inspector.policy import Source
from inspector.sources import LOTTERIES

DLT = Source("dlt-a", "lottery", "大乐透", "2026134", "2026-11-23T13:25:00Z")
SSQ = Source("ssq-a", "lottery", "双色球", "2026136", "2026-11-26T13:15:00Z")
DICE = Source("dice-a", "dice", "现场", "1", "2026-11-23T08:00:00Z")
KEPT = "05 12 19 27 33|04 11"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "typed",
    [
        "05 12 19 27 33|04 11",
        "05 12 19 27 33 04 11",
        "05,12,19,27,33+04,11",
        "０５ １２ １９ ２７ ３３ ０４ １１",
        "05 12 19 27 33 | 04 11",
        "05、12、19、27、33 04、11",
        "5 12 19 27 33|4 11",
        "5，12，19，27，33；4，11",
        "05-12-19-27-33+04-11",
        "05+12+19+27+33+04+11",
        "05|12|19|27|33|04|11",
        "05+12+19+27+33|04+11",
        "05121927330411",
        "0512192733 0411",
        "前区05 12 19 27 33 后区04 11",
        "前区：05 12 19 27 33\n后区：04 11",
        "后区 04 11，前区 05 12 19 27 33",
        "前区0512192733后区0411",
        '{"front": ["05","12","19","27","33"], "back": ["04","11"]}',
        '{"red": [5, 12, 19, 27, 33], "blue": [4, 11]}',
        "[[5,12,19,27,33],[4,11]]",
        "大乐透第26134期开奖号码：05 12 19 27 33 + 04 11",
        "超级大乐透 2026134 05 12 19 27 33 04 11",
        "33 05 19 12 27 11 04",  # as the balls came out
        "  05  12  19\t27  33 // 04 11  ",
    ],
)
def test_a_printed_result_is_read(typed: str) -> None:
    assert canonical(DLT, typed) == KEPT


@pytest.mark.parametrize(
    ("typed", "slip", "told"),
    [
        ("05 12 19 27 33 04", "count", "6"),
        ("05 12 19 27 | 33 04 11", "count", "4 + 3"),
        ("前区05 12 19 27 后区04 11", "count", "4 + 2"),
        ("05 12 19 27 33 34|04 11", "count", "6 + 2"),
        ("05 12 19 27 33|04", "count", "5 + 1"),
        ("05 12 19 27 36|04 11", "range", "36"),
        ("05 12 19 27 33|04 13", "range", "13"),
        ("00 12 19 27 33|04 11", "range", "00"),
        ("05 12 19 27 27|04 11", "repeated", "27"),
        ("05 12 19 27 33|04 04", "repeated", "04"),
        ("05 12 | 19 27 33 | 04 11", "groups", "|"),
        ("前区05 12 19 27 33 04 11", "groups", "|"),
        ("1 前区05 12 19 27 33 后区04 11", "groups", "|"),
        ("前区05 12 19 27 33 前区04 11", "groups", "|"),
        ("512192733411", "form", "512192733411"),
        ("05 12 19 27 33|O4 11", "form", "O4"),
        ("五 十二", "form", "五"),
        ("", "form", ""),
        ("第26135期 05 12 19 27 33 04 11", "issue", "2026135"),
    ],
)
def test_each_slip_has_its_own_sentence_with_an_example(
    typed: str, slip: str, told: str
) -> None:
    with pytest.raises(CeremonyError) as refused:
        canonical(DLT, typed)
    assert refused.value.code == "entropy.value"
    why = refused.value.params["why"]
    assert getattr(why, "code", "") == slip
    for said in (getattr(why, "zh", ""), getattr(why, "en", "")):
        assert told in said and EXAMPLES["大乐透"] in said
    assert EXAMPLES["大乐透"] in str(refused.value)


def test_the_fallback_is_of_the_issue_that_it_names() -> None:
    typed = "第26135期 05 12 19 27 33 04 11"
    assert canonical(DLT, typed, "2026135") == KEPT


def test_the_examples_are_values_and_are_shown_in_their_groups() -> None:
    for source in (DLT, SSQ):
        assert valid_value(source, form_of(source))
        assert canonical(source, in_groups(source, form_of(source))) == form_of(source)
    assert in_groups(DLT, KEPT) == "前区 05 12 19 27 33　后区 04 11"
    assert form_of(DICE) == "" and in_groups(DICE, "12") == "12"


def test_dice_may_stand_in_groups_and_hex_in_capitals() -> None:
    assert canonical(DICE, "３５162 41263, 51426、34152") == "35162412635142634152"
    assert canonical(DICE, "35162 x") == "35162 x"  # `record.checked` refuses it
    reveal = Source("w", "reveal", "", "1", "2026-11-23T08:00:00Z", "0f" * 32)
    assert canonical(reveal, "0F " * 16) == "0f" * 16


@st.composite
def printed(draw: DrawFn) -> tuple[Source, str, str]:
    """A result, its kept text, and a way to print it."""
    source = draw(st.sampled_from([DLT, SSQ]))
    a, n, b, m = LOTTERIES[source.name]
    groups = [
        draw(st.lists(st.integers(1, top), min_size=k, max_size=k, unique=True))
        for k, top in ((a, n), (b, m))
    ]
    kept = "|".join(" ".join(f"{x:02}" for x in sorted(g)) for g in groups)
    width = draw(st.sampled_from(["02", "01"]))
    order = draw(st.booleans())
    shown = [[f"{x:{width}}" for x in (sorted(g) if order else g)] for g in groups]
    weak = draw(st.sampled_from([" ", ",", "，", "、", "  ", ", ", ".", "\t"]))
    parts = [weak.join(group) for group in shown]
    between = draw(
        st.sampled_from(
            [
                "|",
                " | ",
                "+",
                " + ",
                "＋",
                "\n",
                "；",
                " / ",
                " ",
                weak,
                "named",
                "json",
            ]
        )
    )
    if between == "named":
        first, second = GROUPS[source.name]
        text = f"{first}{parts[0]} {second}：{parts[1]}"
    elif between == "json":
        text = str(shown).replace("'", draw(st.sampled_from(['"', ""])))
    else:
        text = between.join(parts)
    if draw(st.booleans()):
        text = text.translate(WIDE)
    head = draw(st.sampled_from(["", f"{source.name} ", f"第{source.issue}期 "]))
    return source, kept, head + text


@given(printed())
def test_every_way_of_printing_gives_the_one_kept_text(
    made: tuple[Source, str, str],
) -> None:
    source, kept, text = made
    assert canonical(source, text) == kept
    assert valid_value(source, kept) and canonical(source, kept) == kept


@given(st.text(st.sampled_from('0123456789 |+,、前后区[]"x\n'), max_size=40))
def test_whatever_is_typed_gives_a_value_of_its_form_or_a_sentence(text: str) -> None:
    for source in (DLT, SSQ):
        try:
            assert valid_value(source, canonical(source, text))
        except CeremonyError as refused:
            assert refused.code == "entropy.value" and str(refused)
