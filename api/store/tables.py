"""All tables together: importing this module fills `Base.metadata`."""

from __future__ import annotations

from api.store import fieldwork, moves, oversight, planning, versions
from api.store.models import Base

__all__ = ["Base", "fieldwork", "moves", "oversight", "planning", "versions"]
