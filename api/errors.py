"""The service's own error codes, and the table from code to HTTP status.

The core knows no HTTP; here its codes get a status by family, exceptions by name. A
test walks all registered codes, so a new family needs a line here. How an error looks
on the wire is `api.web.problems`.
"""

from __future__ import annotations

from collections.abc import Mapping

from inspector.errors import Fault, Faults, InspectorError, messages
from inspector.words import Word, halves

messages(
    {
        "http.bad_request": ("请求无法读取", "the request cannot be read"),
        "http.unauthorized": ("请先登录", "sign in first"),
        "http.forbidden": ("此角色无权操作", "your role may not do this"),
        "http.not_found": ("没有此内容", "there is nothing here"),
        "http.method": ("此地址不支持该方法", "this address does not take that method"),
        "http.not_acceptable": ("无法给出所要求的格式", "no such representation"),
        "http.conflict": ("与现状冲突", "this conflicts with the present state"),
        "http.gone": ("内容已撤下", "this is gone"),
        "http.precondition": (
            "内容已被他人修改，请重新读取后再试",
            "somebody changed this meanwhile; read it again and retry",
        ),
        "http.too_large": ("请求过大", "the request is too large"),
        "http.media": ("不支持的内容类型", "this content type is not taken"),
        "http.range": ("请求范围无效", "the range cannot be given"),
        "http.invalid": ("内容有误", "the content is not valid"),
        "http.if_match": (
            "修改须带 If-Match（先读取内容得到 ETag）",
            "a change needs If-Match with the ETag of what you read",
        ),
        "http.too_many": ("请求过于频繁，请稍后再试", "too many requests; wait"),
        "http.internal": ("内部错误，已记录", "an internal error; it was recorded"),
        "http.unavailable": ("暂时无法服务，请稍后再试", "not available now; retry"),
        "http.other": ("请求未完成", "the request was not completed"),
        "store.busy": ("数据库繁忙，请稍后再试", "the database is busy; retry"),
        "store.full": ("磁盘空间不足，未写入", "the disk is full; nothing was written"),
        "store.read_only": ("数据库只读，未写入", "the database is read-only"),
        "store.down": ("数据库无法连接", "the database cannot be reached"),
        "key.missing": (
            "此操作须带 Idempotency-Key（1–200 个可见字符）",
            "this needs an Idempotency-Key of 1-200 visible characters",
        ),
        "key.reused": (
            "此 Idempotency-Key 已用于另一请求",
            "this Idempotency-Key was used for another request",
        ),
        "key.in_progress": (
            "同一 Idempotency-Key 的请求仍在处理",
            "a request with this Idempotency-Key is still in progress",
        ),
        "access.csrf": (
            "页面令牌缺少或不符",
            "the CSRF token is missing or wrong",
        ),
        "access.refused": (
            "机构、账号或密码不正确",
            "bureau, account or password is wrong",
        ),
        "access.throttled": (
            "失败次数过多，请稍后再试",
            "too many failed attempts; wait",
        ),
        "field.invalid": ("{why}", "{why}"),
    }
)

# HTTP status -> code, for errors that come from the web layer itself.
HTTP: Mapping[int, str] = {
    400: "http.bad_request",
    401: "http.unauthorized",
    403: "http.forbidden",
    404: "http.not_found",
    405: "http.method",
    406: "http.not_acceptable",
    409: "http.conflict",
    410: "http.gone",
    412: "http.precondition",
    413: "http.too_large",
    415: "http.media",
    416: "http.range",
    422: "http.invalid",
    428: "http.if_match",
    429: "http.too_many",
    500: "http.internal",
    503: "http.unavailable",
}

# Code or family (up to the first dot) -> HTTP status. A code wins over its family.
STATUS: Mapping[str, int] = {
    **{code: status for status, code in HTTP.items()},
    "http.other": 400,
    "store.busy": 503,
    "store.full": 507,
    "store.read_only": 503,
    "store.down": 503,
    "key.missing": 400,
    "key.reused": 422,
    "key.in_progress": 409,
    "access.csrf": 403,
    "access.refused": 401,
    "access.throttled": 429,
    "field.invalid": 422,
    "rules.drops": 409,
    # what somebody sent is wrong: every fault is named
    **dict.fromkeys(
        (
            *("input", "file", "sheet", "column", "row", "cell", "place", "workdays"),
            *("policy", "item", "items", "streets", "inspectors", "evaluations"),
            "compounds",
            *("import", "account", "bureau"),
            *("checklist", "photo"),
            "data",
            "rules",
            "steps",
            "suite",
            "year",
            "excess",
            *("balls", "history"),
            # told beside others, never a refusal by themselves
            *("read", "note", "cause", "remedy"),
        ),
        422,
    ),
    # the month is not where the request thinks it is
    **dict.fromkeys(
        (
            *("freeze", "draw", "entropy", "seal", "seed", "cancel", "close"),
            *("result", "absent", "carry", "logs", "next"),
            *("draft", "arrival", "recusal", "objection"),
            *(
                "plan",
                "pack",
                "chances",
                "docket",
                "log",
                "month",
                "step",
                "job",
                "cancel",
                "carry",
                "change",
                "replan",
                "explain",
                "out",
                "preview",
                "people",
                "relax",
                "rule",
            ),
            *("credit", "roll"),
            *("whistle", "matter", "meeting", "study"),
            "handover",
            "paper",
        ),
        409,
    ),
    "credit.event": 422,
    "credit.four_eyes": 403,
    "roll.document": 422,
    "document.unknown": 404,
    "document.day": 422,
    "document.drawn": 404,
    "document.unpublished": 404,
    "entropy.four_eyes": 403,
    "month.four_eyes": 403,
    "month.demonstration": 403,
    "month.nobody_changed": 422,
    "year.published": 409,
    "year.not_published": 409,
    "entropy.value": 422,
    "entropy.unknown": 422,
    "entropy.id": 422,
    "entropy.issue": 422,
    "absent.unknown": 404,
    **dict.fromkeys(("absent.reason", "absent.from"), 422),
    **dict.fromkeys(("whistle.due", "whistle.units", "whistle.visit"), 422),
    **dict.fromkeys(("study.member", "meeting.decision"), 422),
    **dict.fromkeys(("docket.level", "docket.problem", "docket.no_rung"), 422),
    **dict.fromkeys(("docket.damaged", "docket.no_case"), 500),
    **dict.fromkeys(("result.unknown", "carry.unknown"), 404),
    "result.reviewer": 403,
    "result.void": 500,
    "query.cursor": 422,
    "photo.size": 413,
    **dict.fromkeys(
        ("photo.media", "photo.empty", "photo.cut", "photo.video", "photo.raw"), 415
    ),
    # what only our own data can cause: our fault, not the caller's
    **dict.fromkeys(
        (
            *("check", "canon", "table", "lottery", "rounding", "bundle", "record"),
            *("folder", "vault", "backup", "generate", "service"),
        ),
        500,
    ),
}


def status_of(code: str) -> int:
    """The HTTP status of an error code. Raises KeyError for an unknown family."""
    if code in STATUS:
        return STATUS[code]
    return STATUS[code.split(".", 1)[0]]


class Problem(InspectorError):
    """A refusal of the service itself; `headers` go into the answer."""

    def __init__(
        self, code: str, headers: Mapping[str, str] | None = None, **params: object
    ) -> None:
        super().__init__(code, **params)
        self.headers = dict(headers or {})


def invalid(*faults: Fault) -> Faults:
    """A request body with faults (`Fault(code, "body", column="name")`)."""
    return Faults(faults)


def field_fault(column: str, why: str | Word, file: str = "body") -> Fault:
    """A fault of one field, in a word of each language, or a note of both halves."""
    why = halves(why) if isinstance(why, str) else why
    return Fault("field.invalid", file, None, column, None, {"why": why})
