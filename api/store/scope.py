"""One session, one bureau: rows of others do not exist for it.

A session is bound to a bureau when it is made. Every SELECT, UPDATE and DELETE through
the ORM gets the bureau's criterion added, every new row gets the bureau, a row of
another one is refused at flush. Statements below the ORM (text, table-level) are
refused, because nothing would narrow them. `ALL` is for what has no bureau yet:
sign-in, the job queue, operations.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    UOWTransaction,
    with_loader_criteria,
)

from api.store.models import OfBureau

ALL = "*"


class WrongBureau(RuntimeError):
    """A programming error: a row of another bureau, or an unscoped statement."""


class BureauSession(Session):
    """A session of one bureau (`info["bureau"]`), or of `ALL`."""

    @property
    def bureau(self) -> str:
        """The bureau's id, or ALL."""
        return str(self.info["bureau"])


@event.listens_for(BureauSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    bureau = state.session.info["bureau"]
    if bureau == ALL:
        return
    if not state.is_orm_statement or state.is_insert:
        raise WrongBureau("only ORM queries and session.add in a bureau's session")
    state.statement = state.statement.options(
        with_loader_criteria(
            OfBureau, lambda cls: cls.bureau_id == bureau, include_aliases=True
        )
    )


@event.listens_for(BureauSession, "before_flush")
def _own(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    bureau = session.info["bureau"]
    if bureau == ALL:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OfBureau):
            continue
        if row.bureau_id is None:
            row.bureau_id = bureau
        elif row.bureau_id != bureau:
            raise WrongBureau(f"{type(row).__name__} of another bureau")
