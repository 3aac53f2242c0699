"""A new installation: key file, tables, the first bureau and its administrator."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from api.access import accounts
from api.clock import Clock, utc_now
from api.errors import field_fault, invalid
from api.passwords import weakness
from api.settings import Settings
from api.site import Site, open_site, system
from api.store import ALL, Store, fresh_id
from api.store.migrate import current, upgrade
from api.store.models import Bureau
from api.vault import create_key_file
from inspector.errors import InspectorError, messages

messages(
    {
        "bureau.code": (
            "机构代码须为 2–40 个小写字母、数字或连字符：{bureau}",
            "a bureau's code is 2-40 lower-case letters, digits, hyphens: {bureau}",
        ),
        "bureau.reserved": (
            "此代码是网站自用地址，不能作机构代码：{bureau}",
            "an address of the site itself cannot be a bureau's code: {bureau}",
        ),
        "bureau.taken": (
            "机构代码已存在：{bureau}",
            "there is such a bureau: {bureau}",
        ),
    }
)
# What stands at / beside the bureaus' pages (a test compares it with the routes), and
# what a later version or the server before it may well want.
RESERVED = frozenset(
    (
        *("api", "static", "healthz", "readyz", "en", "zh"),
        *("docs", "metrics", "assets", "app", "admin", "login", "public", "well-known"),
    )
)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """What `init` tells once: the sign-in of the first administrator."""

    bureau: str
    name: str
    password: str


def prepare(settings: Settings, clock: Clock = utc_now) -> Site:
    """Make folder, key file (0600) and tables as far as they are missing; the site.

    Raises InspectorError vault.key when the database has tables and the key is gone:
    a new key would open nothing of what is there.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if not settings.key and not settings.key_path.exists():
        if _has_tables(settings):
            raise InspectorError("vault.key", where=settings.key_path)
        create_key_file(settings.key_path)
    site = open_site(settings, clock)
    upgrade(site.store)
    return site


def _has_tables(settings: Settings) -> bool:
    store = Store(settings.url, busy_seconds=settings.busy_seconds)
    try:
        return bool(current(store))
    finally:
        store.dispose()


def add_bureau(site: Site, code: str, name: str, *, demo: bool = False) -> str:
    """A new bureau; its id. Raises InspectorError bureau.{code,reserved,taken}."""
    if not _CODE.fullmatch(code):
        raise InspectorError("bureau.code", bureau=code)
    if code in RESERVED:
        raise InspectorError("bureau.reserved", bureau=code)
    row = Bureau(id=fresh_id(), code=code, name=name, created=site.clock(), demo=demo)
    with site.store.writing(ALL) as db:
        if db.scalar(select(Bureau.id).where(Bureau.code == code)) is not None:
            raise InspectorError("bureau.taken", bureau=code)
        db.add(row)
    return row.id


def init(
    settings: Settings, code: str, name: str, admin: str = "admin", password: str = ""
) -> FirstAdmin:
    """Prepare the installation, add a bureau and its first administrator.

    Without `password` a random one is made. May be run again for another bureau.
    Raises Faults for a weak password before anything is made.
    """
    told = password or secrets.token_urlsafe(15)
    if why := weakness(told, admin):
        raise invalid(field_fault("password", why))
    site = prepare(settings)
    values = {"name": admin, "display": admin, "password": told, "roles": ["admin"]}
    try:
        bureau = add_bureau(site, code, name)
        with site.desk(bureau, system("init"), write=True) as desk:
            accounts.create(desk, values)
    finally:
        site.store.dispose()
    return FirstAdmin(code, admin, told)
