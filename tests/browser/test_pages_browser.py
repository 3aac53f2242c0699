"""The plain pages in a real browser: Chromium, with and without script.

Needs `playwright` and a Chromium of the system (SUNLOT_TEST_CHROMIUM, else `chromium`
on the path); nothing is downloaded. With `axe-playwright-python` every page is also
checked for accessibility.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))

from service_city import City
from service_oversight import overseen
from service_oversight import paths as oversight
from service_public import (
    PUBLIC,
    a_city,
    dangerous,
    frozen_with,
    serving,
)

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("SUNLOT_TEST_CHROMIUM") or shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: set SUNLOT_TEST_CHROMIUM"
)
WIDTHS = (390, 1280)


@dataclass
class Shown:
    """A served city: address, and its pages by name."""

    base: str
    paths: dict[str, str]


@contextmanager
def served(folder: Path, fill: Callable[[City], dict[str, str]]) -> Iterator[Shown]:
    """A city on waitress, filled by `fill`, which gives its paths."""
    with a_city(folder) as city:
        paths = fill(city)
        with serving(city.app) as port:
            yield Shown(f"http://127.0.0.1:{port}", paths)


def a_month_under_way(city: City) -> dict[str, str]:
    made = overseen(city, 25)
    month = made["month"]
    city.clock.to("2027-01-29T18:00:00+00:00")
    row = city.client().get(f"{PUBLIC}/results?limit=1").json["items"][0]
    company = city.client().get(f"{PUBLIC}/companies?limit=1").json["items"][0]
    return {
        "bureaus": "/",
        "bureau": "/wuzhou",
        "month": f"/wuzhou/months/{month}",
        "bottom": f"/wuzhou/months/{month}/bottom",
        "results": "/wuzhou/results",
        "result": f"/wuzhou/results/{month}/{row['visit']}",
        "compounds": "/wuzhou/compounds?q=%E4%B8%87%E7%A7%80",
        "compound": f"/wuzhou/compounds/{row['compound']}",
        "company": f"/wuzhou/companies/{company['usc18']}",
        "overdue": "/wuzhou/overdue",
        "verify": "/wuzhou/verify",
        "missing": "/wuzhou/compounds/NOPE",
        "empty": "/other",
        "no plan": "/other/year",
        **oversight(made),
    }


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with served(tmp_path_factory.mktemp("pages"), a_month_under_way) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield found
        found.close()


def opened(browser: Any, width: int, **kwargs: Any) -> tuple[Any, list[str]]:
    """A page, and what its console complains about (refused scripts and styles)."""
    page = browser.new_page(viewport={"width": width, "height": 800}, **kwargs)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen_or_complains(
    browser: Any, shown: Shown, width: int
) -> None:
    page, said = opened(browser, width)
    for name, path in shown.paths.items():
        page.goto(shown.base + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)
        background = page.evaluate(
            "getComputedStyle(document.querySelector('.top')).backgroundColor"
        )
        assert background != "rgba(0, 0, 0, 0)", name  # the style sheet is in force
    page.close()
    assert [s for s in said if "404" not in s] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_violates_an_accessibility_rule(
    browser: Any, shown: Shown, width: int
) -> None:
    """axe-core: WCAG 2.2 A and AA, and its best practices."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed",
    )
    # axe is injected as script text, which our content policy rightly refuses.
    page, _ = opened(browser, width, bypass_csp=True)
    found = []
    for name, path in shown.paths.items():
        page.goto(shown.base + path)
        results = axe.Axe().run(page)
        for rule in results.response["violations"]:
            nodes = [n["html"][:120] for n in rule["nodes"][:3]]
            found.append((name, rule["id"], nodes))
    page.close()
    assert found == []


def test_a_search_works_without_script(browser: Any, shown: Shown) -> None:
    page, _ = opened(browser, 390, java_script_enabled=False)
    page.goto(f"{shown.base}/wuzhou")
    page.get_by_role("searchbox").fill("万秀甲001")
    page.get_by_role("button").click()
    link = page.get_by_role("link", name="合成小区万秀甲001")
    assert link.count() == 1
    link.click()
    assert (
        page.get_by_role("heading", level=1)
        .inner_text()
        .startswith("合成小区万秀甲001")
    )
    assert "是否抽中在启封前不对任何人公开" in page.inner_text("main")
    page.close()


def test_everything_can_be_reached_with_the_keyboard(
    browser: Any, shown: Shown
) -> None:
    page, _ = opened(browser, 1280)
    page.goto(f"{shown.base}/wuzhou")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0  # it shows once it has the focus
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()


def test_paper_shows_the_content_and_not_the_menu(browser: Any, shown: Shown) -> None:
    page, _ = opened(browser, 1280)
    page.goto(shown.base + shown.paths["month"])
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert page.locator("h1").is_visible()
    assert len(page.pdf()) > 10_000
    page.goto(shown.base + shown.paths["year"])
    assert page.locator("details table").is_visible()  # paper cannot be unfolded
    page.emulate_media(media="screen")
    assert not page.locator("details table").is_visible()
    page.close()


def test_names_from_the_registries_run_nothing(browser: Any, tmp_path: Path) -> None:
    def fill(city: City) -> dict[str, str]:
        month = frozen_with(city, dangerous)
        paths = ["", "/compounds?limit=500", "/compounds/C0007", "/compounds/C0008"]
        paths += [f"/months/{month}", f"/months/{month}/bottom"]
        return {p: f"/wuzhou{p}" for p in paths}

    # Without our content policy, so that only the escaping protects.
    page, said = opened(browser, 1280, bypass_csp=True)
    dialogs: list[str] = []
    page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    with served(tmp_path, fill) as shown:
        for path in shown.paths.values():
            page.goto(shown.base + path)
            # The one picture that is ours is the QR code of the anchor.
            foreign = 'main script, main img:not([src$="/anchor?as=svg"]), main iframe'
            assert page.locator(foreign).count() == 0
        page.goto(shown.base + shown.paths["/compounds/C0007"])
        assert "<script>alert(1)</script>" in page.inner_text("h1")
        page.close()
    assert (dialogs, said) == ([], [])
