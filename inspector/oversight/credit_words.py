"""Codes of credit and lists in Chinese and English, for papers and pages."""

from __future__ import annotations

from collections.abc import Mapping

Names = Mapping[str, tuple[str, str]]

SOURCES: Names = {
    "inspection": ("抽查", "inspection"),
    "street": ("镇街", "street"),
    "community": ("社区", "community"),
    "owners": ("业主", "owners"),
    "association": ("协会", "association"),
    "media": ("媒体", "media"),
    "authority": ("部门", "authority"),
}
POLARITIES: Names = {
    "base": ("基础信息", "base information"),
    "praise": ("褒", "praise"),
    "criticism": ("贬", "criticism"),
}
STATES: Names = {
    "pending": ("待核实", "to be verified"),
    "accepted": ("采信", "accepted"),
    "rejected": ("不采信", "not accepted"),
    "repaired": ("信用修复", "repaired"),
}
SUBJECTS: Names = {
    "company": ("物业服务企业", "property company"),
    "manager": ("项目负责人", "project manager"),
    "compound": ("住宅小区", "compound"),
}
# What a term of a score is.
PARTS: Names = {
    "start": ("起始分", "start"),
    "base": ("基础信息", "base information"),
    "good": ("优良信息", "praise"),
    "bad": ("不良信息", "criticism"),
    "cap.base": ("基础信息超过上限", "base above its cap"),
    "cap.good": ("优良信息超过上限", "praise above its cap"),
    "cap.bad": ("不良信息超过上限", "criticism above its cap"),
    "floor": ("不低于最低分", "not below the floor"),
    "ceiling": ("不高于最高分", "not above the ceiling"),
}
VISITS: Names = {
    "visit.minor": ("检查发现一般问题", "a minor finding"),
    "visit.major": ("检查发现较重问题", "a major finding"),
    "visit.redline": ("检查发现红线问题", "a red-line finding"),
    "visit.unset": ("检查发现问题", "a finding"),
    "visit.clean": ("检查未发现问题", "nothing was found"),
}
ROLLS: Names = {"red": ("红名单", "red list"), "black": ("黑名单", "black list")}
ROLL_STATES: Names = {
    "proposed": ("拟列入", "proposed"),
    "notified": ("已告知", "notified"),
    "heard": ("已听取申辩", "heard"),
    "listed": ("已列入", "listed"),
    "repairing": ("信用修复审查中", "repair under review"),
    "removed": ("已移出", "removed"),
    "dropped": ("不予列入", "dropped"),
}
STEPS: Names = {
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
}
# Why somebody belongs on a list, or does not.
GROUNDS: Names = {
    "veto": ("一票否决", "a veto in force"),
    "grade": ("信用等级", "grade"),
    "bad_record": ("有不良记录", "bad record"),
    "no_satisfaction": ("无足够样本的满意度", "no satisfaction, or too few answers"),
    "satisfaction": ("满意度不足", "satisfaction too low"),
    "open_case": ("有未销号台账", "open docket case"),
    "black_list": ("在黑名单", "on the black list"),
    "all_met": ("符合全部条件", "all conditions met"),
}
