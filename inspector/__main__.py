"""Command line of 阳光双随机: `inspector plan | verify | demo | serve | …`."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from inspector import __version__, verify
from inspector.errors import InspectorError

TIME = "%Y-%m-%dT%H:%M:%SZ"
SERVICE = {
    "init": "建立数据库、密钥、机构和管理员 / database, key, bureau, administrator",
    "serve": "启动服务，SIGTERM 停止 / serve, with workers, until SIGTERM",
    "worker": "另加一个后台进程 / one more worker, on any host",
    "daily": "到期自动登记，供定时任务 / what is due by the calendar",
    "export-month": "导出一月的步骤文件，由 plan 继续；内有密封内容 / the steps of a "
    "month for plan to go on with; it holds what is sealed",
    "import-month": "导入步骤文件 / a month from its steps file",
    "backup": "在线备份为一个文件 / an online backup into one file",
    "restore": "恢复到空库并核对 / into an empty database, with all checks",
}


class _Parser(argparse.ArgumentParser):
    """Shows the settings below the help of a service command."""

    def format_help(self) -> str:
        text = super().format_help()
        if self.prog.rsplit(" ", 1)[-1] not in SERVICE:
            return text
        from api.operations.command import settings_help

        return text + settings_help()


def _parser() -> argparse.ArgumentParser:
    top = _Parser(
        prog="inspector",
        description="阳光双随机 Sunlot: 可复核的双随机抽查 / checkable inspections",
    )
    top.add_argument("--version", action="version", version=__version__)
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    plan = sub.add_parser("plan", help="编制一个月的计划 / plan one month")
    plan.add_argument(
        "scenario",
        type=Path,
        help="名录文件夹，或步骤文件（OUT/private/steps.json、服务端导出） / scenario "
        "folder, or a steps file to go on from: OUT/private/steps.json, or what "
        "inspector export-month wrote",
    )
    plan.add_argument("--out", type=Path, required=True, help="输出 / output folder")
    plan.add_argument("--time-limit", type=_seconds, default=60, metavar="S")
    plan.add_argument("--workers", type=_seconds, default=1, metavar="N")
    plan.add_argument("--json", action="store_true", help="打印 / print report.json")
    plan.add_argument(
        "--months",
        type=_months,
        default=1,
        metavar="N",
        help="年度计划的前 N 个月（演示）/ months of the yearly plan, a demonstration",
    )
    plan.add_argument(
        "--year",
        type=Path,
        metavar="FILE",
        help="年度计划 / the yearly plan; else SCENARIO-year.toml",
    )
    plan.add_argument(
        "--entropy",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help="随机源结果；局外的须由第二次运行录入相同数值 / a value of a named "
        "source; an outside one serves when another run enters the same",
    )
    plan.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="ID@ISSUE[=TIME]",
        help="密封另报的派员随机源 / what the seal names instead of the policy's",
    )
    plan.add_argument(
        "--people",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="冻结后新增的请假、回避（leave、recusals 表，CSV 或工作簿） / leave and "
        "recusals since the freeze, sheets of a CSV or workbook",
    )
    plan.add_argument(
        "--reason", default="", help="人员变化的原因 / why people change, public"
    )
    plan.add_argument(
        "--approver", default="", help="批准人员变化的人 / who approved it, public"
    )
    plan.add_argument(
        "--before",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="本机构其他月份的输出或步骤文件，可多次 / outputs or steps files of the "
        "bureau's other months, any number",
    )

    check = sub.add_parser("verify", help="复核公示包 / verify a bundle")
    check.add_argument("bundle", type=Path, nargs="?")
    check.add_argument(
        "--year",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="一年的公示包，作一条链 / a year of bundles, as one chain",
    )
    check.add_argument(
        "--anchor",
        action="append",
        default=[],
        metavar="LINE_OR_FILE",
        help="开奖前见过的锚点，可多次 / an anchor that you saw before T, any number",
    )
    check.add_argument(
        "--before",
        action="append",
        default=[],
        metavar="BUNDLE",
        help="以往日志的公示包或监督包 / a bundle of an earlier log, any number",
    )
    check.add_argument("--today", metavar="DATE", help="YYYY-MM-DD")
    check.add_argument("--json", action="store_true")
    check.add_argument("--max-mb", type=int, default=64)

    after = sub.add_parser("next", help="下月的起点 / what the next month stands on")
    after.add_argument(
        "folders",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="各月 plan 的输出，或步骤文件 / output folders of plan, or steps files",
    )
    after.add_argument(
        "--at",
        type=_moment,
        metavar="TIME",
        help="以此刻各日志为准，如 2026-12-01 08:30（北京时间） / by the logs as they "
        "stood then, Beijing time or UTC with Z, else now",
    )
    after.add_argument(
        "--base",
        type=Path,
        metavar="SCENARIO",
        help="名录与细则取自此文件夹 / registries and policy of this folder instead of "
        "the newest freeze's",
    )
    after.add_argument("--out", type=Path, required=True, help="输出 / to be written")

    make = sub.add_parser("generate", help="生成合成城市 / a synthetic city")
    make.add_argument("spec", type=Path)
    make.add_argument("--out", type=Path, required=True)

    why = sub.add_parser("explain", help="为何如此 / why a visit, person or day is so")
    why.add_argument("folder", type=Path, help="plan 的输出 / output folder of plan")
    why.add_argument(
        "what",
        help="检查、小区、工号或日期 / visit, compound, staff number, YYYY-MM-DD",
    )
    why.add_argument("--json", action="store_true")

    ahead = sub.add_parser("preview", help="抽取前试算 / capacity before the draw")
    ahead.add_argument("scenario", type=Path)
    ahead.add_argument("--json", action="store_true")
    ahead.add_argument(
        "--seeds",
        type=_seconds,
        default=0,
        metavar="N",
        help="试算多少个月（默认 20，检查很多时 5）"
        " / how many trial months (20, of a large month 5)",
    )

    _import(sub)

    demo = sub.add_parser("demo", help="演示一个月 / the whole month of 梧州, made up")
    demo.add_argument(
        "--no-serve", action="store_true", help="只编制，不启动服务 / do not serve"
    )
    demo.add_argument("--port", type=_port, default=8000, metavar="N")
    demo.add_argument("--out", type=Path, default=Path("out/demo"))
    demo.add_argument("--time-limit", type=_seconds, default=5, metavar="S")
    _service(sub)
    return top


def _import(sub: argparse._SubParsersAction[_Parser]) -> None:
    """The commands around a clerk's spreadsheets."""
    take = sub.add_parser(
        "import",
        help="导入表格：先看如何理解，--commit 才写入 / spreadsheets into a scenario; "
        "a dry run without --commit",
        epilog="退出状态：0 可以导入或已写入；1 有错误，未写入；"
        "2 有提示未接受或命令有误 / exit status: 0 understood (or written), "
        "1 faults, nothing written, 2 notes that nobody accepted, or refused",
    )
    take.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="xlsx xls et xlsb ods csv tsv txt policy.toml，可只给几张表"
        " / some sheets are enough, the rest stays as in SCENARIO",
    )
    take.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="SCENARIO",
        help="名录文件夹，已有的或新的 / scenario folder, there or new",
    )
    take.add_argument(
        "--annotated",
        type=Path,
        metavar="FILE",
        help="写回标好问题的表格（.xlsx） / the workbook with each problem at its cell",
    )
    take.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="NOTE=REASON",
        help="接受一条提示并说明理由，可多次 / accept a note, with the reason that is "
        "kept; any number",
    )
    take.add_argument("--by", default="", help="接受人 / who accepts")
    take.add_argument("--commit", action="store_true", help="写入 / write")
    take.add_argument("--lang", choices=("zh", "en"), default="zh")

    blank = sub.add_parser("template", help="导入模板 / a workbook to fill in")
    blank.add_argument(
        "scenario",
        type=Path,
        nargs="?",
        metavar="SCENARIO",
        help="用现有名录填好 / filled with this scenario's registries; else empty",
    )
    blank.add_argument("--out", type=Path, required=True, metavar="FILE")
    blank.add_argument("--lang", choices=("zh", "en"), default="zh")


def _service(sub: argparse._SubParsersAction[_Parser]) -> None:
    """The commands of an installation; its settings come from the environment."""
    parsers = {
        name: sub.add_parser(name, help=words, description=words, allow_abbrev=False)
        for name, words in SERVICE.items()
    }
    init = parsers["init"]
    init.add_argument("bureau", help="机构代码 / its code in addresses: wuzhou")
    init.add_argument("--name", help="机构名称 / its name")
    init.add_argument(
        "--admin", default="admin", metavar="NAME", help="管理员账号 / account name"
    )
    init.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="密码所在文件，- 为标准输入 / file with the password, - for standard "
        "input; else it is asked for",
    )
    out, back = parsers["export-month"], parsers["import-month"]
    out.add_argument("month", help="月度计划编号 / its id, as in addresses")
    out.add_argument("file", type=Path, help="写入（仅本人可读） / to be written, 0600")
    back.add_argument("bureau", help="机构代码 / code of the bureau")
    back.add_argument("file", type=Path, help="步骤文件 / the steps file")
    parsers["backup"].add_argument("file", type=Path, help="写入 / to be written")
    parsers["restore"].add_argument("file", type=Path, help="备份 / the backup")


def _moment(text: str) -> str:
    from inspector.registry.written import moment

    try:
        return datetime.strptime(moment(text), TIME).strftime(TIME)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "2026-12-01 08:30（北京时间 Beijing time）, YYYY-MM-DDTHH:MM:SSZ"
        ) from None


def _months(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 12:
        raise argparse.ArgumentTypeError("1 … 12")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 65_535:
        raise argparse.ArgumentTypeError("1 … 65535")
    return value


def _seconds(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 86_400:
        raise argparse.ArgumentTypeError("1 … 86400")
    return value


def _run(args: argparse.Namespace) -> int:
    """The command; its exit status. Raises InspectorError."""
    if args.command == "verify":
        flags = [x for one in args.anchor for x in ("--anchor", one)]
        flags += [x for one in args.before for x in ("--before", one)]
        flags += ["--max-mb", str(args.max_mb)]
        flags += ["--today", args.today] if args.today else []
        flags += ["--json"] if args.json else []
        flags += ["--year", *map(str, args.year)] if args.year else []
        return verify.main([*([str(args.bundle)] if args.bundle else []), *flags])
    if args.command in SERVICE:
        from api.operations import command

        return command.run(args)
    # The solver takes a second to import; verify does without it.
    from inspector.command import commands

    if args.command == "plan" and (args.months > 1 or args.year):
        from scenarios.year import months

        return months.plan_year(args)
    if args.command == "plan":
        return commands.plan(args)
    if args.command == "next":
        from inspector.command import next_month

        return next_month.next_month(args)
    if args.command == "generate":
        return commands.generate(args)
    if args.command == "import":
        from inspector.command import import_files

        return import_files.import_files(args)
    if args.command == "template":
        from inspector.command import template

        return template.template(args)
    if args.command in ("explain", "preview"):
        from inspector.command import explain, preview

        room = explain.explain if args.command == "explain" else preview.preview
        return room(args)
    run, files, status = commands.demo_month(args)
    if args.no_serve or status:
        return status
    from api.operations import command

    return command.demonstrate(run, files, args.port)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 well, 1 a claim fails, 2 refused,
    3 a bundle in which nothing fails is not opened yet)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # of any console
            stream.reconfigure(errors="replace")
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except InspectorError as error:
        print(f"inspector: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # who reads has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("inspector: 已中断 / interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
