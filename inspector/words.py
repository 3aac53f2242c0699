"""Every code in both languages, once: kind of code, code → Chinese, English, spellings.

In: a kind (`"case"`) and a code of it (`"listed"`). Out: a `Word`, for papers, pages,
tables and answers; for the import format the spellings of a cell. A code may mean
different things in two kinds ("listed" of a case, of a roll), never in one. STYLE §7 is
the glossary. `verify.py` imports nothing and keeps its own words; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inspector.month_words import MONTH, RESULTS, Names


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its Chinese and its English word; `zh` comes first everywhere."""

    code: str
    zh: str
    en: str

    @property
    def both(self) -> str:
        """The two words side by side.

        >>> word("case", "listed").both
        '挂牌督办 listed supervision'
        """
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"

    def of(self, lang: int) -> str:
        """The word in one language: 0 Chinese, 1 English."""
        return (self.zh, self.en)[lang]


_REGISTRY: Mapping[str, Names] = {
    "type": {
        "commercial": ("商品房", "commercial"),
        "old": ("老旧小区", "old", "老旧"),
        "unit": ("单位型", "work unit"),
        "new": ("新建", "new"),
        "affordable": ("保障房", "affordable"),
    },
    "compound_status": {
        "active": ("正常", "active", "在管"),
        "closed": ("关闭", "closed"),
        "moved": ("迁出", "moved"),
        "unreachable": ("无法联系", "unreachable"),
    },
    "company_status": {
        "active": ("存续", "active", "在营"),
        "revoked": ("吊销", "revoked"),
        "moved": ("迁出", "moved"),
        "suspended": ("停业", "suspended"),
        "cancelled": ("注销", "cancelled"),
    },
    "window": {
        "all_day": ("全天", "all day"),
        "morning": ("上午", "morning"),
        "afternoon": ("下午", "afternoon"),
    },
    "mode": {
        "professional": ("专业服务", "professional", "专业"),
        "fallback": ("兜底服务", "fallback service", "兜底"),
        "self": ("业主自管", "self-managed", "自管"),
    },
    # What an item of the checklist is asked of.
    "object": {
        "compound": ("各类小区", "every compound", "小区"),
        "company": ("物业服务企业", "where a company manages", "企业"),
        "fallback": ("兜底小区", "where none manages", "兜底服务"),
    },
    "half": {"am": ("上午", "morning"), "pm": ("下午", "afternoon")},
    "skill": {
        "lift": ("电梯", "lifts"),
        "fire": ("消防", "fire safety"),
        "finance": ("财务", "finance"),
        "law": ("法制", "law"),
        "engineering": ("工程", "engineering"),
    },
    "assistant": {
        "expert": ("专家", "expert"),
        "lawyer": ("律师", "lawyer"),
        "observer": ("物业观察员", "property observer", "观察员"),
        "association": ("协会", "association"),
        "integrity": ("廉洁监督员", "integrity monitor"),
    },
    "crs": {
        "WGS-84": ("WGS-84", "WGS-84", "WGS84"),
        "GCJ-02": ("火星坐标", "GCJ-02", "GCJ02"),
        "CGCS2000": ("国家2000", "CGCS2000", "2000国家大地坐标系"),
        "BD-09": ("百度坐标", "BD-09", "BD09"),
    },
    # Whose centre stands for the place of a compound.
    "precision": {
        "community": ("社区中心，未核实", "centre of its community, not verified"),
        "street": ("街道中心，未核实", "centre of its street, not verified"),
        "office": ("办公点位置，未核实", "at the office, not verified"),
    },
    # Who evaluates, reports, or accepts a case.
    "party": {
        "inspection": ("抽查", "inspection"),
        "housing": ("住建部门", "housing bureau", "住建|住建检查"),
        "street": ("街道", "street", "镇街"),
        "community": ("社区", "community"),
        "owners": ("业主", "owners", "业主满意度"),
        "complaints": ("投诉办理", "complaints", "投诉"),
        "observers": ("观察员", "observers", "业委会/观察员"),
        "association": ("协会", "association"),
        "media": ("媒体", "media"),
        "authority": ("监管部门", "authority", "部门|监管单位"),
    },
}
_CREDIT: Mapping[str, Names] = {
    "polarity": {
        "base": ("基础信息", "base information"),
        "praise": ("良好信息", "praise", "褒|表扬"),
        "criticism": ("不良信息", "criticism", "贬|批评"),
    },
    "signal": {
        "pending": ("待核实", "to be verified"),
        "accepted": ("采信", "accepted"),
        "rejected": ("不采信", "not accepted"),
        "repaired": ("信用修复", "repaired"),
    },
    "subject": {
        "company": ("物业服务企业", "property company"),
        "manager": ("项目负责人", "project manager"),
        "compound": ("住宅小区", "compound"),
    },
    # What a term of a score is.
    "part": {
        "start": ("起始分", "start"),
        "base": ("基础信息", "base information"),
        "good": ("良好信息", "praise"),
        "bad": ("不良信息", "criticism"),
        "cap.base": ("基础信息超过上限", "base above its cap"),
        "cap.good": ("良好信息超过上限", "praise above its cap"),
        "cap.bad": ("不良信息超过上限", "criticism above its cap"),
        "floor": ("不低于最低分", "not below the floor"),
        "ceiling": ("不高于最高分", "not above the ceiling"),
    },
    # What a visit says in a credit file when the catalogue has no line for it.
    "fact": {
        "visit.minor": ("检查发现一般问题", "a minor finding"),
        "visit.major": ("检查发现较重问题", "a major finding"),
        "visit.redline": ("检查发现红线问题", "a red-line finding"),
        "visit.unset": ("检查发现问题", "a finding"),
        "visit.clean": ("检查未发现问题", "nothing was found"),
    },
    # Unless the rules in force give a list another name (`credit.lists.list_name`).
    "roll": {"red": ("红名单", "red list"), "black": ("重点关注名单", "watch list")},
    "roll_state": {
        "proposed": ("拟列入", "proposed"),
        "notified": ("已告知", "notified"),
        "heard": ("已听取申辩", "heard"),
        "listed": ("已列入", "listed"),
        "repairing": ("信用修复审查中", "repair under review"),
        "removed": ("已移出", "removed"),
        "dropped": ("不予列入", "dropped"),
    },
    "roll_step": {
        "notified": ("告知", "notified"),
        "heard": ("听取申辩", "heard"),
        "listed": ("列入", "listed"),
        "dropped": ("不予列入", "dropped"),
        "repair_applied": ("申请信用修复", "repair applied for"),
        "repair_granted": ("准予修复", "repair granted"),
        "repair_refused": ("不予修复", "repair refused"),
        "expired": ("期满移出", "term over"),
        "lapsed": ("不再符合条件", "conditions no longer met"),
        "revoked": ("撤销", "revoked"),
    },
    # Why somebody belongs on a list, or does not.
    "ground": {
        "veto": ("一票否决", "a veto in force"),
        "grade": ("信用等级", "grade"),
        "bad_record": ("有不良记录", "bad record"),
        "no_satisfaction": (
            "无足够样本的满意度",
            "no satisfaction, or too few answers",
        ),
        "satisfaction": ("满意度不足", "satisfaction too low"),
        "open_case": ("有未销号台账", "open docket case"),
        "black_list": ("已列入另一名单", "on the other list"),
        "all_met": ("符合全部条件", "all conditions met"),
    },
}
_DOCKET: Mapping[str, Names] = {
    "case": {
        "waiting": ("待启动", "waiting", "已列入"),
        "listed": ("挂牌督办", "listed supervision", "挂牌"),
        "rectifying": ("责令整改", "being rectified", "整改中"),
        "accepting": ("待验收", "acceptance due"),
        "closed": ("已销号", "closed", "销号"),
    },
    "measure": {
        "": ("", ""),
        "joint": ("党建联建", "joint party building"),
        "listed": ("挂牌督办", "listed supervision"),
        "enforced": ("执法进小区", "enforcement in the compound"),
    },
    "level": {
        "": ("", ""),
        "district": ("区级", "district"),
        "city": ("市级", "city"),
    },
    "office": {
        "": ("", ""),
        "project_manager": ("项目负责人", "project manager"),
        "company_head": ("物业企业负责人", "head of the company"),
        "street_head": ("街道分管负责人", "street official in charge"),
        "community_head": ("社区负责人", "head of the community"),
        "bureau_section": ("住建主管科室", "section of the housing bureau"),
        "committee_head": (
            "业委会（物管会）负责人",
            "head of the owners' committee",
        ),
    },
    "reason": {
        "tail": ("斩尾（倒排）", "bottom of the ranking"),
        "peak": ("削峰（投诉高峰）", "complaint peak"),
        "street": ("街道提名", "nominated by the street"),
        "veto": ("一票否决", "veto"),
        "earlier": ("此前台账", "earlier docket"),
        "result": ("检查结果", "result of an inspection"),
    },
    "move": {
        "case_opened": ("列入台账", "entered the docket"),
        "case_adopted": ("转入台账", "carried over"),
        "reason_added": ("增加列入缘由", "reason added"),
        "responsible_named": ("明确责任", "responsible named"),
        "measure_taken": ("治理措施", "measure taken"),
        "problems_found": ("发现问题", "problems found"),
        "ordered": ("责令整改", "ordered to rectify"),
        "supervised": ("发函督办", "supervision letter"),
        "extended": ("延期", "deadline extended"),
        "problems_solved": ("问题整改", "problems solved"),
        "deadline_missed": ("逾期未改", "deadline missed"),
        "visited": ("上门检查", "visited"),
        "verdict_given": ("验收意见", "verdict given"),
        "acceptance_lapsed": ("验收未齐转回", "acceptance lapsed"),
        "closed": ("销号", "closed"),
        "look_back_drawn": ("回头看抽取", "look-back drawn"),
        "look_back_lapsed": ("回头看逾期未做", "look-back not made in time"),
        "reopened": ("重新立账", "reopened"),
        "escalated": ("升级措施", "escalated"),
        "company_changed": ("更换物业", "company changed"),
    },
    # A call of a street (吹哨): what about, and where it stands.
    "topic": {
        "service": ("物业服务", "property services"),
        "safety": ("安全隐患", "safety"),
        "fees": ("收费", "fees"),
        "dispute": ("矛盾纠纷", "dispute"),
    },
    "referral": {
        "received": ("已受理", "received"),
        "departments": ("转办部门", "referred to departments"),
        "community": ("社区调解", "mediation by the community"),
        "street": ("街道调解", "mediation by the street"),
        "district": ("区级调解", "mediation by the district"),
        "joint": ("提交联席会", "before the joint meeting"),
        "visit": ("部门报到", "visited"),
        "answered": ("书面答复", "answered in writing"),
        "settled": ("办结", "settled"),
    },
    "meeting": {
        "called": ("已召集", "called"),
        "held": ("已召开", "held"),
        "followed": ("全部落实", "all followed up"),
    },
    "decision": {
        "open": ("待落实", "open"),
        "late": ("逾期未落实", "overdue"),
        "followed": ("已落实", "followed up"),
    },
    "study": {
        "planned": ("已立项", "planned"),
        "placed": ("已排期", "in a plan"),
        "reported": ("已报告", "reported"),
    },
    "matter": {
        "whistle": ("吹哨报到", "call of a street"),
        "meeting": ("联席会", "joint meeting"),
        "study": ("蹲点调研", "stay-on-site study"),
    },
    "matter_move": {
        "whistle": ("受理", "taken up"),
        "meeting": ("召集", "called"),
        "study": ("立项", "planned"),
        "referred": ("转办或答复", "referred or answered"),
        "minuted": ("形成纪要", "minutes made"),
        "followed": ("落实", "followed up"),
        "placed": ("排期", "put into a plan"),
        "reported": ("报告", "reported"),
    },
    # What comes next in a case, and who has to do it.
    "next": {
        "": ("", ""),
        "start": ("安排第一次上门", "begin the series of visits"),
        "visit": ("继续系列检查", "make the next visit of the series"),
        "order": ("下达责令整改", "issue the order"),
        "rectify": ("完成整改", "rectify"),
        "recheck": ("复查", "re-check"),
        "acceptance": ("组织验收", "hold the acceptance"),
        "verdict": ("出具验收意见", "give the verdict"),
        "close": ("办理销号", "close the case"),
        "look_back_draw": ("抽取回头看", "draw the look-back"),
        "look_back": ("回头看", "look back"),
    },
    "doer": {
        "": ("", ""),
        "bureau": ("主管部门", "bureau"),
        "company": ("物业服务企业", "property company"),
        "responsible": ("责任主体", "responsible party"),
        "parties": ("验收各方", "parties of the acceptance"),
    },
    # What the counters are kept by; the sum of the city has no word of its own.
    "counter": {
        "street": ("街道", "street"),
        "company": ("企业", "company"),
        "compound": ("小区", "compound"),
    },
}
_NAMES: Mapping[str, Names] = {
    **RESULTS,
    **MONTH,
    **_REGISTRY,
    **_CREDIT,
    **_DOCKET,
}

_COMMAS = (("code", ", "), ("zh", "、"), ("en", ", "))
VOCABULARY: Mapping[str, Mapping[str, Word]] = {
    kind: {code: Word(code, *said[:2]) for code, said in names.items()}
    for kind, names in _NAMES.items()
}


def word(kind: str, code: str) -> Word:
    """The word of a code; a code that nobody named stands for itself.

    Old data and a bureau's own words may hold codes we do not know. KeyError for an
    unknown kind: that is a mistake of ours.

    >>> word("stage", "closed")
    Word(code='closed', zh='已启封', en='opened')
    >>> word("outcome", "made up").zh
    'made up'
    """
    return VOCABULARY[kind].get(code) or Word(code, code, code)


# Codes of a result that say what a firm has to do.
_OF_FIRMS = {"outcome": ("ordered", "pending"), "follow_up": ("rectify", "notify")}


def result_word(kind: str, code: str, usc18: str) -> Word:
    """The word of a result's outcome or follow-up: nobody but a firm is ordered.

    >>> result_word("outcome", "ordered", "").zh
    '发现问题已告知责任主体'
    """
    if usc18 or code not in _OF_FIRMS[kind]:
        return word(kind, code)
    return word("no_firm", kind)


def joined(words: Iterable[Word]) -> Word:
    """Several words as one, each language with its own commas.

    >>> joined([word("party", "street"), word("party", "owners")]).zh
    '街道、业主'
    """
    some = tuple(words)
    said = (sep.join(getattr(w, k) for w in some) for k, sep in _COMMAS)
    return Word(*said)


def several(kind: str, codes: Iterable[str]) -> Word:
    """The words of several codes as one.

    >>> several("kind", ["recheck", "random"]).en
    're-check, random inspection'
    """
    return joined(word(kind, str(c)) for c in codes)


# A note that was written in both languages at once: Chinese, a space, English.
_HALVES = re.compile(r"([^A-Za-z]*[\u4e00-\u9fff）」”：]) ([A-Za-z].*)", re.DOTALL)


def halves(note: str) -> Word:
    """A note in both languages as one word of each; another one stands for both.

    >>> halves("名录中没有 not in the registry").en
    'not in the registry'
    >>> halves("应为其中之一：csv").zh
    '应为其中之一：csv'
    """
    found = _HALVES.fullmatch(note)
    return Word("", *found.groups()) if found else Word("", note, note)


def codes(kind: str) -> tuple[str, ...]:
    """The codes of a kind, in the order in which lists show them.

    >>> codes("window")
    ('all_day', 'morning', 'afternoon')
    """
    return tuple(VOCABULARY[kind])


def spellings(kind: str, only: Iterable[str] | None = None) -> dict[str, str]:
    """What a cell may say → its code, for the codes of a kind, or for some of them.

    The code itself comes first, then Chinese words; English ones are no spellings.

    >>> spellings("window", ["all_day"])
    {'all_day': 'all_day', '全天': 'all_day'}
    """
    wanted = [c for c in (codes(kind) if only is None else only) if c]
    said = {code: code for code in wanted}
    for code in wanted:
        zh, _, *more = _NAMES[kind][code]
        also = [s for text in more for s in text.split("|")]
        said |= dict.fromkeys([zh, *also], code)
    return said
