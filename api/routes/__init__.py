"""All routes: one module per subject, listed here.

A new module gets one line in `BLUEPRINTS`. Prefixes: /api/v1/{public,auth,my,bureau,
audit}; plain pages at /.
"""

from __future__ import annotations

from api.routes import (
    accounts,
    audit,
    audit_months,
    auth,
    credit,
    docket,
    documents,
    jobs,
    lists,
    months,
    my,
    my_visits,
    objections,
    pages,
    public_files,
    recusals,
    registries,
    results,
    rules,
    signals,
    single_sign_on,
    swagger,
    system,
    trials,
    year,
)

BLUEPRINTS = (
    system.blp,
    swagger.blp,
    auth.blp,
    single_sign_on.blp,
    accounts.blp,
    registries.blp,
    jobs.blp,
    audit.blp,
    audit_months.blp,
    rules.blp,
    trials.blp,
    months.blp,  # with month_steps, changes and planning
    year.blp,
    docket.blp,
    documents.blp,
    signals.blp,
    credit.blp,
    lists.blp,
    public_files.blp,
    my.blp,
    my_visits.blp,
    results.blp,
    recusals.blp,
    objections.blp,
    pages.blp,
)
