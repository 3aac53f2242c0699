"""One public thing told in every way: as JSON, as a file such as CSV, as a plain page.

    Resource("results", "/results", ResultRow, results_found, "抽查结果 …",
             takes=ResultFilter, listed=by(position), columns=RESULTS,
             page=Shown("results.html", results_page))

A row of the table in `api.public.routes` is all that such a thing needs: its name is
the end point of both doors (`public.results`, `pages.results`), and whichever form is
wanted, `find(desk, query, **path)` is asked, so that they cannot differ. `?as=csv` on
the JSON address gives all rows that fit; a page of JSON or HTML gives some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response
from marshmallow import Schema, pre_load

from api.public import home
from api.public.tables import Columns, table
from api.site import Desk
from api.web import pages
from api.web.blueprint import Blueprint
from api.web.cache import cached
from api.web.declare import audience
from api.web.files import saved
from api.web.forms import PageArgs, one_of, page_of
from api.web.plain import HTML, rendered
from api.web.work import desk

Query = dict[str, Any]
Listed = Callable[[Any, Query], pages.Page]
Kept = Callable[[Callable[..., Any]], Callable[..., Any]]
CSV = "text/csv"
WHOLE = "另一种形式，含符合条件的全部 another form, of all that fits; JSON if none"


@dataclass(frozen=True, slots=True)
class Form:
    """Another form than JSON; `make(desk, query, **path)` → end of file name, bytes."""

    media: str
    make: Callable[..., tuple[str, bytes]]


def nothing(_desk: Desk, _query: Query, _found: Any) -> Mapping[str, Any]:
    """A page that needs nothing besides."""
    return {}


@dataclass(frozen=True, slots=True)
class Shown:
    """The plain page of a resource.

    `more(desk, asked, found)`: what the template needs besides `found` (or `rows`,
    `following` and `count` of a list) and `args`; `asked` is query and path together.
    `at` and `takes`: where they are not the resource's own.
    """

    template: str
    more: Callable[[Desk, Query, Any], Mapping[str, Any]] = nothing
    at: str = ""
    takes: type[Schema] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A public thing of a bureau, or a list of them.

    `gives`: the type of the answer, or of one row where it is `listed` in pages;
    `columns`: those of its CSV, none without one; `kept`: how long answers are kept.
    """

    name: str
    at: str
    gives: Any
    find: Callable[..., Any]
    says: str
    takes: type[Schema] = Schema
    listed: Listed | None = None
    columns: Columns = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    page: Shown | None = None
    kept: Kept = cached

    @property
    def all_forms(self) -> dict[str, Form]:
        """Every form but JSON."""
        if not self.columns:
            return dict(self.forms)
        return {"csv": Form(CSV, self._csv), **self.forms}

    def _csv(self, desk: Desk, query: Query, **path: Any) -> tuple[str, bytes]:
        data = table(self.columns, self.find(desk, query, **path))
        return f"{path.get('name', self.name)}.csv", data


def by(key: Callable[[Any], str], *, descending: bool = False) -> Listed:
    """Pages of rows in memory, in the order of a text that is each row's own."""
    return lambda rows, query: pages.cut(rows, key, query, descending=descending)


def as_found(page: pages.Page, _query: Query) -> pages.Page:
    """Pages that the query for the rows has made."""
    return page


def uncached(view: Callable[..., Any]) -> Callable[..., Any]:
    """An answer made each time and stored by nobody (`no-store` is the rule)."""
    return view


class Lenient(Schema):
    """An empty field of a form counts as not given."""

    @pre_load
    def drop_empty(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Only the fields that say something."""
        return {name: data[name] for name in data if data[name] != ""}


def tell(api: Blueprint, plain: Blueprint, resources: tuple[Resource, ...]) -> None:
    """Register both doors of every resource."""
    for r in resources:
        _as_data(api, r)
        if r.page is not None:
            _as_page(plain, r, r.page)


def _as_data(blp: Blueprint, r: Resource) -> None:
    forms, listed = r.all_forms, r.listed

    def view(args: Query, bureau: str, **path: Any) -> Any:
        form = forms.get(args.pop("as_", ""))
        if form is not None:
            name, data = form.make(desk(), args, **path)
            return saved(data, f"{bureau}-{name}", form.media)
        found = r.find(desk(), args, **path)
        return found if listed is None else listed(found, args)

    given = r.gives if listed is None else page_of(r.gives)
    media = {
        f.media: {"schema": {"type": "string", "format": "binary"}}
        for f in forms.values()
    }
    view.__name__, view.__doc__ = r.name, r.says
    view = blp.gives(given)(blp.doc(responses={200: {"content": media}})(view))
    view = r.kept(blp.takes(_query(r, r.takes, tuple(forms)), "query")(view))
    blp.get(f"/<bureau>{r.at}")(audience("public")(view))


def _as_page(blp: Blueprint, r: Resource, page: Shown) -> None:
    listed = r.listed

    def view(args: Query, bureau: str, **path: Any) -> Response:
        found = r.find(desk(), args, **path)
        values = {"args": args, "found": found, **home.about(desk())}
        if listed is not None:
            cut = listed(found, args)
            values |= {"rows": cut.items, "following": cut.next}
            values["count"] = None if cut is found else len(found)
        more = page.more(desk(), {**args, **path}, found)
        return rendered(page.template, {**values, **more})

    view.__name__, view.__doc__ = r.name, r.says
    view = blp.gives(media=HTML)(view)
    view = r.kept(blp.takes(_query(r, page.takes or r.takes), "query")(view))
    blp.get(f"/<bureau>{page.at or r.at}")(audience("public")(view))


def _query(
    r: Resource, takes: type[Schema], forms: tuple[str, ...] = ()
) -> type[Schema]:
    """What the address may ask: the resource's own, which page, which form."""
    bases: tuple[type[Schema], ...] = (Lenient, takes) if takes is not Schema else ()
    bases += (PageArgs,) if r.listed is not None else ()
    asked = one_of(forms, data_key="as", says=WHOLE)
    return type(
        "".join(part.capitalize() for part in f"{r.name}_query".split("_")),
        bases or (Schema,),
        {"as_": asked} if forms else {},
    )
