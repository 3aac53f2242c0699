"""What stands on every paper: the bureau, the moment, whether it is a demonstration."""

from __future__ import annotations

from api.clock import local
from api.papers.printed import Head
from api.site import Desk
from api.store.models import Bureau


def head(desk: Desk, number: str = "", *, demo: bool = False) -> Head:
    """What stands on every paper made now."""
    office = desk.db.get(Bureau, desk.bureau)
    at = local(desk.now)
    name = office.name if office is not None else ""
    marked = demo or desk.site.settings.demo or bool(office and office.demo)
    return Head(name, number, at, marked)
