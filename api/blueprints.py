"""All routes: one module per subject, listed here.

A new module gets one line in `BLUEPRINTS`. Prefixes: /api/v1/{public,auth,my,bureau,
audit}; plain pages at /.
"""

from __future__ import annotations

from api.access import (
    routes_accounts,
    routes_audit,
    routes_sign_in,
    routes_single_sign_on,
)
from api.credit import routes as credit
from api.credit import routes_rolls, routes_signals
from api.docket import routes as docket
from api.docket import routes_matters
from api.field import (
    routes_documents,
    routes_my,
    routes_objections,
    routes_recusals,
    routes_results,
    routes_visits,
)
from api.jobs import routes as jobs
from api.months import routes as months
from api.months import routes_audit as audit_months
from api.pages import routes as pages
from api.public import routes_files
from api.registry import routes as registries
from api.rules import routes as rules
from api.rules import routes_trials
from api.web import routes_swagger, routes_system
from api.year import routes as year

BLUEPRINTS = (
    routes_system.blp,
    routes_swagger.blp,
    routes_sign_in.blp,
    routes_single_sign_on.blp,
    routes_accounts.blp,
    registries.blp,
    jobs.blp,
    routes_audit.blp,
    audit_months.blp,
    rules.blp,
    routes_trials.blp,
    months.blp,  # with its steps, amendments and planning
    year.blp,
    docket.blp,
    routes_matters.blp,
    routes_documents.blp,
    routes_signals.blp,
    credit.blp,
    routes_rolls.blp,
    routes_files.blp,
    routes_my.blp,
    routes_visits.blp,
    routes_results.blp,
    routes_results.everywhere,
    routes_recusals.blp,
    routes_objections.blp,
    pages.blp,
)
