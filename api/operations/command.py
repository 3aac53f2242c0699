"""`inspector init | serve | worker | …`: settings in, messages out.

Settings come from the environment. Everything that can go wrong outside this program
becomes one InspectorError, so that people read a sentence and never a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from api.jobs import daily
from api.operations import backup as archive
from api.operations import demo, moving, setup
from api.operations import serve as serving
from api.passwords import weakness
from api.settings import BadSetting, Settings, load, table
from api.site import Site, open_site
from api.store import ALL
from api.store.migrate import current, head, upgrade
from api.store.models import Bureau
from api.web.declare import Undeclared
from inspector.command.walk import Run
from inspector.errors import InspectorError, messages

messages(
    {
        "service.setting": ("设置有误：{why}", "a setting cannot be read: {why}"),
        "service.database": (
            "数据库无法使用：{why}",
            "the database cannot be used: {why}",
        ),
        "service.driver": (
            "缺少数据库驱动（pip install 'sunlot[postgres]'）：{why}",
            "the database driver is missing (pip install 'sunlot[postgres]'): {why}",
        ),
        "service.system": ("系统拒绝：{why}", "the system refuses: {why}"),
        "service.empty": (
            "尚无机构，请先运行 inspector init",
            "there is no bureau yet; run inspector init first",
        ),
        "service.revision": (
            "数据库版本 {found} 与本程序 {known} 不符，请先运行 inspector serve 升级",
            "the database is of revision {found}, this program of {known}; "
            "inspector serve upgrades it",
        ),
        "service.weak": ("密码不可用：{why}", "this password cannot be used: {why}"),
        "service.password": (
            "两次输入不同，或没有终端：请用 --password-file",
            "the two entries differ, or there is no terminal: use --password-file",
        ),
    }
)


def run(args: argparse.Namespace) -> int:
    """Run the service command named in `args`. Raises InspectorError."""
    with refusals():
        return _COMMANDS[args.command](load(os.environ), args)


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Whatever settings, database or system refuse becomes an InspectorError."""
    try:
        yield
    except BadSetting as e:
        raise InspectorError("service.setting", why=e) from e
    except (ModuleNotFoundError, NoSuchModuleError) as e:
        raise InspectorError("service.driver", why=e) from e
    except (ArgumentError, SQLAlchemyError) as e:
        # The text of a statement could quote data; the driver's own line does not.
        why = str(getattr(e, "orig", None) or e).strip().splitlines()[0]
        raise InspectorError("service.database", why=why) from e
    except OSError as e:
        where = f" {e.filename}" if e.filename else ""
        raise InspectorError("service.system", why=f"{e.strerror}{where}") from e
    except Undeclared as e:
        raise InspectorError("service.setting", why=e) from e


def _init(settings: Settings, args: argparse.Namespace) -> int:
    password = _password(args.password_file)
    if why := weakness(password, args.admin):
        raise InspectorError("service.weak", why=why)
    told = setup.init(
        settings, args.bureau, args.name or args.bureau, args.admin, password
    )
    print(
        f"已建立 made: 机构 bureau {told.bureau}, 管理员 administrator {told.name}\n"
        f"  数据库 database  {_shown(settings)}\n"
        f"  密钥 key file    "
        f"{'SUNLOT_KEY' if settings.key else settings.key_path}\n"
        "  密钥须另行备份：没有它，备份无法读取。\n"
        "  Keep a copy of the key elsewhere: without it no backup can be read.\n"
        "下一步 next: inspector serve"
    )
    return 0


def _shown(settings: Settings) -> str:
    """The database's address without its password."""
    from sqlalchemy.engine import make_url

    return make_url(settings.url).render_as_string(hide_password=True)


def _password(file: Path | None) -> str:
    """The first administrator's password: from a file (`-`: standard input) or asked.

    Never an argument: everybody on the machine can read those.
    """
    if file is not None:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        lines = text.splitlines()
        if not lines or not lines[0]:
            raise InspectorError("service.password")
        return lines[0]
    if not sys.stdin.isatty():
        raise InspectorError("service.password")
    first = getpass.getpass("管理员密码 password of the administrator: ")
    again = getpass.getpass("再输一次 once more: ")
    if first != again or not first:
        raise InspectorError("service.password")
    return first


def _serve(settings: Settings, _args: argparse.Namespace) -> int:
    site = setup.prepare(settings)
    _refuse_empty(site)

    def told() -> None:
        where = settings.public_url or f"http://{settings.host}:{settings.port}"
        print(f"服务中 serving  {where}/  ({_shown(settings)})", flush=True)

    serving.serve(settings, site=site, ready=told)
    return 0


def _refuse_empty(site: Site) -> None:
    with site.store.reading(ALL) as db:
        if db.scalar(select(Bureau.id).limit(1)) is None:
            raise InspectorError("service.empty")


def _work(settings: Settings, _args: argparse.Namespace) -> int:
    with _opened(settings):
        pass
    serving.work(settings)
    return 0


def _daily(settings: Settings, _args: argparse.Namespace) -> int:
    with _opened(settings) as site:
        _refuse_empty(site)
        done = daily.run(site)
    for day, made in done.values():
        said = f"到期自动登记 entered by the calendar: {made} 项 moves"
        print(f"{day.isoformat()} {said}")
    return 0


def _export(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as site:
        path, steps = moving.export(site, args.month, args.file)
    print(
        f"已导出 exported {path}: {steps} 步 steps\n"
        "  内有密封内容，须妥善保管；导入之前，本系统不再办理此月。\n"
        "  It holds what is sealed: keep it safe. Until it is imported again the month "
        "stands still here.\n"
        f"下一步 next: inspector plan {path} --out DIR"
    )
    return 0


def _import(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as site:
        month = moving.bring(site, args.bureau, args.file)
    print(f"已导入 imported {month}")
    return 0


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[Site]:
    """The installation, of this program's revision."""
    site = open_site(settings)
    try:
        if (found := current(site.store)) != head():
            raise InspectorError("service.revision", found=found, known=head())
        yield site
    finally:
        site.store.dispose()


def _backup(settings: Settings, args: argparse.Namespace) -> int:
    done = archive.backup(settings, args.file)
    print(f"已备份 saved {done.path}: {_counted(done)}")
    return 0


def _restore(settings: Settings, args: argparse.Namespace) -> int:
    settings.data.mkdir(parents=True, exist_ok=True)
    site = open_site(settings)
    upgrade(site.store)
    site.store.dispose()
    done = archive.restore(settings, args.file)
    print(
        f"已恢复 restored {done.path} ({done.at}): {_counted(done)}\n"
        "  哈希、事件链、步骤链与密封均已核对 "
        "hashes, event chain, step chain and seals checked"
    )
    return 0


def _counted(done: archive.Report) -> str:
    rows = sum(done.rows.values())
    return f"{rows} 行 rows, {done.events} 个事件 events"


def _refuse_taken(port: int) -> None:
    """Raise OSError at once when somebody listens there, not after the preparation."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def demonstrate(month: Run, files: Mapping[str, bytes], port: int) -> int:
    """Serve a demonstration of the month just run, until it is stopped."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(refusals())
        _refuse_taken(port)
        stack.enter_context(serving.ending())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sunlot-demo-"))
        settings = demo.settings_of(Path(folder), port)
        clock = demo.DemoClock()
        site = setup.prepare(settings, clock)
        made = demo.build(site, clock, month, files)

        def told() -> None:
            print(demo.greeting(made, settings), flush=True)

        serving.serve(settings, site=site, shift=clock.ahead, ready=told)
    return 0


_COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "init": _init,
    "serve": _serve,
    "worker": _work,
    "daily": _daily,
    "export-month": _export,
    "import-month": _import,
    "backup": _backup,
    "restore": _restore,
}


def settings_help() -> str:
    """The settings as lines of `--help`."""
    rows = [f"  {s.name}={s.default}\n      {s.help}" for s in table()]
    return "\n".join(
        ["", "设置（环境变量） settings (environment variables):", *rows, ""]
    )
