"""What a page or an answer of a demonstration may not say, planted, is found."""

from __future__ import annotations

import json
from typing import Any

import demo_pages
import pytest
from forbidden import Page

RESULT = "/wuzhou/results/abcdefghijklmnopqrstuv/V0001"


def page(main: str) -> Page:
    nav = "<nav>双随机抽查公示</nav>"
    return Page(f'<html lang="zh-CN"><body>{nav}<main>{main}</main></body></html>')


def told(main: str, *, kinds: tuple[str, ...] = ("random",), usc18: str = "U") -> Any:
    row = {"kinds": kinds, "usc18": usc18}
    rows = {RESULT.removeprefix("/wuzhou/results"): row}
    return [*demo_pages.about(RESULT, page(main), rows, set())]


def test_a_result_page_is_held_against_its_own_visit() -> None:
    assert told("<p>随机抽中</p>") == []
    assert "随机" in told("<p>随机抽中</p>", kinds=("recheck",))[0]
    ordered = "<p>发现问题已责令改正</p>"
    assert "without a deadline" in told(ordered)[0]
    assert told(f"{ordered}<p>整改期限 2026-12-24</p>") == []
    assert "责令改正" in told(f"{ordered}<p>整改期限</p>", usc18="")[0]


def test_the_page_of_a_compound_without_a_firm_addresses_none() -> None:
    for main, wrong in (("你单位", True), ("兜底服务", False)):
        found = demo_pages.about("/wuzhou/compounds/C1", page(main), {}, {"C1"})
        assert bool([*found]) is wrong


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"items": [{"zh": "依据（待核）"}]}, "待核"),
        ({"why": "冻结于 2026-12-01T00:00:00Z 之后"}, "2026-12-01T00:00:00Z"),
        ({"word": {"zh": "空缺", "en": "空缺"}}, "空缺"),
        ({"word": {"zh": "空缺 vacant", "en": "vacant"}}, "vacant"),
        ({"at": "2026-12-01T00:00:00Z", "en": "万秀乙街道办事处"}, ""),
    ],
)
def test_the_sentences_of_an_answer_are_read(found: Any, what: str) -> None:
    wrong = [*demo_pages.answer("a", found)]
    assert len(wrong) == bool(what)
    assert what in "".join(wrong)


def test_the_crawl_reads_one_of_each_kind_or_all() -> None:
    site = {
        "/": '<a href="/wuzhou/compounds/C0001"></a><a href="/wuzhou/compounds/C0002">'
        '</a><a href="/api/v1/public/wuzhou/months/x/bundle?as=zip"></a>',
    }
    lists = {"results": [], "compounds": []}

    def get(path: str) -> tuple[str, bytes]:
        name = path.removeprefix(f"{demo_pages.PUBLIC}/").partition("?")[0]
        if name in lists:
            return "application/json", json.dumps({"items": lists[name]}).encode()
        return "text/html", site.get(path, "<p>页</p>").encode()

    few = [path for path, *_ in demo_pages.crawl(get, every=False)]
    assert few == ["/", "/wuzhou/compounds/C0001"]
    every = [path for path, *_ in demo_pages.crawl(get, every=True)]
    assert every == ["/", "/wuzhou/compounds/C0001", "/wuzhou/compounds/C0002"]
