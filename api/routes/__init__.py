"""All routes: one module per subject, listed here.

A new module gets one line in `BLUEPRINTS`. Prefixes: /api/v1/{public,auth,my,bureau,
audit}; plain pages at /.
"""

from __future__ import annotations

from api.routes import (
    accounts,
    audit,
    auth,
    jobs,
    public,
    registries,
    single_sign_on,
    swagger,
    system,
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
    public.blp,
)
