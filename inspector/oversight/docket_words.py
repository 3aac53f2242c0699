"""The docket's codes in Chinese and English, for papers and pages."""

from __future__ import annotations

from collections.abc import Mapping

from inspector.oversight.outcomes import NAMES, Severity

Names = Mapping[str, tuple[str, str]]

STATES: Names = {
    "waiting": ("待启动", "waiting"),
    "listed": ("督办中", "visits running"),
    "rectifying": ("整改中", "rectifying"),
    "accepting": ("待验收", "acceptance due"),
    "closed": ("已销号", "closed"),
}
MEASURES: Names = {
    "": ("", ""),
    "joint": ("党建联建", "joint party building"),
    "listed": ("挂牌督办", "listed supervision"),
    "enforced": ("执法进小区", "enforcement in the compound"),
}
LEVELS: Names = {
    "": ("", ""),
    "district": ("区级", "district"),
    "city": ("市级", "city"),
}
PARTIES: Names = {
    "housing": ("住建部门", "housing bureau"),
    "street": ("街道", "street"),
    "community": ("社区", "community"),
    "owners": ("业主", "owners"),
}
OFFICES: Names = {
    "": ("", ""),
    "project_manager": ("项目负责人", "project manager"),
    "company_head": ("物业企业负责人", "head of the company"),
    "street_head": ("街道分管负责人", "street official in charge"),
    "community_head": ("社区负责人", "head of the community"),
    "bureau_section": ("住建主管科室", "section of the housing bureau"),
    "committee_head": ("业委会（物管会）负责人", "head of the owners' committee"),
}
SEVERITIES: Names = {"": ("未定", "not set"), **NAMES[Severity]}
VISITS: Names = {
    "random": ("双随机抽查", "random inspection"),
    "remediation": ("执法进小区", "remediation visit"),
    "recheck": ("整改复查", "re-check"),
    "acceptance": ("验收", "acceptance"),
    "lookback": ("回头看", "look-back"),
    "whistle": ("吹哨报到", "call of the street"),
    "study": ("蹲点调研", "stay-on-site study"),
}
REASONS: Names = {
    "tail": ("斩尾（倒排）", "bottom of the ranking"),
    "peak": ("削峰（投诉高峰）", "complaint peak"),
    "street": ("街道提名", "nominated by the street"),
    "veto": ("一票否决", "veto"),
    "earlier": ("此前台账", "earlier docket"),
}
MOVES: Names = {
    "case_opened": ("列入台账", "entered the docket"),
    "case_adopted": ("转入台账", "carried over"),
    "reason_added": ("增加列入缘由", "reason added"),
    "responsible_named": ("明确责任", "responsible named"),
    "measure_taken": ("治理措施", "measure taken"),
    "problems_found": ("发现问题", "problems found"),
    "ordered": ("责令整改", "ordered to rectify"),
    "extended": ("延期", "deadline extended"),
    "problems_solved": ("问题整改", "problems solved"),
    "deadline_missed": ("逾期未改", "deadline missed"),
    "visited": ("上门检查", "visited"),
    "verdict_given": ("验收意见", "verdict given"),
    "acceptance_lapsed": ("验收未齐转回", "acceptance lapsed"),
    "closed": ("销号", "closed"),
    "look_back_drawn": ("回头看抽取", "look-back drawn"),
    "reopened": ("重新立账", "reopened"),
    "escalated": ("升级措施", "escalated"),
    "company_changed": ("更换物业", "company changed"),
}
