"""Settings of an installation: one documented table, read from the environment.

Every field of `Settings` is the environment variable `SUNLOT_` + its name in capitals.
Settings say how the service runs (database, threads, limits); what decides a month is
policy, never a setting (STYLE §3, rule 12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "SUNLOT_"


def setting(default: Any, help: str) -> Any:
    """A field with its default and its line in the table of settings."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; the defaults serve one bureau on one office computer."""

    data: Path = setting(
        Path("data"), "数据目录 folder of the database, the key and temporary files"
    )
    database: str = setting(
        "",
        "数据库地址 SQLAlchemy URL; empty: SQLite in the data folder; "
        "PostgreSQL: postgresql+psycopg://user:password@host/name",
    )
    key_file: str = setting(
        "", "密钥文件 file of the encryption keys; empty: sunlot.key in the data folder"
    )
    key: str = setting("", "密钥 the keys themselves, instead of a file")
    host: str = setting("127.0.0.1", "监听地址 address to listen on")
    port: int = setting(8000, "监听端口 port to listen on")
    threads: int = setting(8, "服务线程数 threads that serve requests")
    workers: int = setting(1, "后台进程数 workers started by `inspector serve`")
    public_url: str = setting(
        "", "对外网址 address under which the public reads, for links and QR codes"
    )
    trusted_proxies: int = setting(
        0, "可信代理层数 proxies in front whose X-Forwarded-* headers are believed"
    )
    secure_cookies: bool = setting(
        True, "仅经 HTTPS 发送 Cookie cookies over HTTPS only; off for plain http"
    )
    session_idle_minutes: int = setting(
        480, "闲置注销分钟 minutes without a request after which a sign-in ends"
    )
    session_hours: int = setting(
        72, "登录有效小时 hours after which a sign-in ends in any case"
    )
    token_days: int = setting(180, "令牌最长天数 longest life of an API token, days")
    hash_memory_kib: int = setting(
        65_536, "密码散列内存 memory of one password hash (argon2id), KiB"
    )
    hash_parallel: int = setting(
        2, "并行散列数 password hashes computed at the same time"
    )
    upload_mib: int = setting(32, "上传上限 largest request body, MiB")
    busy_seconds: int = setting(
        30, "写锁等待秒 seconds a write waits for its turn before it answers 503"
    )
    cache_seconds: int = setting(
        1, "公示缓存秒 seconds a public answer may lag behind another process's change"
    )
    job_memory_mib: int = setting(
        4096, "作业内存上限 address space of one job's process, MiB; 0: no limit"
    )
    job_seconds: int = setting(
        900, "作业时限秒 wall-clock seconds after which a job's process is ended"
    )
    job_lease_seconds: int = setting(
        30, "作业租约秒 seconds after which a silent worker loses its job"
    )
    solve_seconds: int = setting(60, "编排预算秒 default work budget of a schedule, s")
    log_level: str = setting("INFO", "日志级别 DEBUG, INFO, WARNING or ERROR")
    demo: bool = setting(False, "演示标志 say on every page that the data are made up")
    oidc_issuer: str = setting("", "单点登录 OpenID Connect issuer; empty: off")
    oidc_client: str = setting("", "单点登录客户端 OpenID Connect client id")
    oidc_secret: str = setting("", "单点登录密钥 OpenID Connect client secret")

    @property
    def url(self) -> str:
        """The database URL, with the default filled in."""
        return self.database or f"sqlite:///{self.data / 'sunlot.db'}"

    @property
    def key_path(self) -> Path:
        """Where the key file lies."""
        return Path(self.key_file) if self.key_file else self.data / "sunlot.key"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: environment name, default as text, what it does."""

    name: str
    default: str
    help: str


def table() -> tuple[Setting, ...]:
    """All settings in order, as README's table shows them.

    >>> table()[0].name
    'SUNLOT_DATA'
    """
    return tuple(
        Setting(PREFIX + f.name.upper(), _shown(f.default), f.metadata["help"])
        for f in fields(Settings)
    )


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


class BadSetting(ValueError):
    """An environment variable that cannot be read; says which and why."""


def load(environ: Mapping[str, str]) -> Settings:
    """Settings of an environment. Raises BadSetting, also for an unknown name.

    >>> load({"SUNLOT_PORT": "81", "SUNLOT_DEMO": "1"}).port
    81
    """
    types = get_type_hints(Settings)
    known = {PREFIX + f.name.upper(): f.name for f in fields(Settings)}
    found: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise BadSetting(f"未知设置 unknown setting: {name}")
        found[known[name]] = _parse(name, types[known[name]], text)
    return Settings(**found)


def environment(settings: Settings) -> dict[str, str]:
    """The environment that `load` turns into `settings`: for child processes."""
    return {
        PREFIX + f.name.upper(): _shown(getattr(settings, f.name))
        for f in fields(Settings)
        if getattr(settings, f.name) != f.default
    }


_WORDS = {"1": True, "true": True, "on": True, "yes": True}
_WORDS |= {"0": False, "false": False, "off": False, "no": False}


def _parse(name: str, kind: Any, text: str) -> Any:
    try:
        if kind is bool:
            return _WORDS[text.strip().lower()]
        value = kind(text.strip())
        if kind is int and value < 0:
            raise ValueError("negative")
    except (KeyError, ValueError) as e:
        raise BadSetting(f"{name}={text!r}: {kind.__name__}") from e
    return value
