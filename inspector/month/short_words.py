"""The sentences of causes and remedies: a kind of cause → Chinese and English.

`short_of` registers them and fills them in. Every kind of `PRICES` in `eases` has a
sentence as a cause and one as a remedy.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "cause.certificate": (
        "没有有效执法证：{who}{alike}",
        "no valid certificate: {who}{alike}",
    ),
    "cause.leave": (
        "{day} 请假或培训：{who}{alike}",
        "on leave or in training on {day}: {who}{alike}",
    ),
    "cause.lead": (
        "{day} 没有人可主办；可授权：{who}",
        "nobody is left to lead on {day}; could be allowed to: {who}",
    ),
    "cause.days": (
        "本月可排天数已用完：{who}",
        "no duty days are left this month: {who}",
    ),
    "cause.authority": (
        "不能代表所需的检查主体：{who}",
        "may not act for the authority of the seat: {who}",
    ),
    "cause.scope": (
        "事项范围不够：{who}",
        "entitled to a part of the items only: {who}",
    ),
    "cause.skill": (
        "{day} 会“{what}”的人不够；可培训：{who}",
        "too few people with the skill {what} on {day}; could be trained: {who}",
    ),
    "cause.rotation": (
        "近期去过{what}，须轮换：{who}{alike}",
        "lately at {what}, others have to go: {who}{alike}",
    ),
    "cause.recusal": (
        "须回避{what}：{who}{alike}",
        "recused from {what}: {who}{alike}",
    ),
    "cause.gap": (
        "{what}：与同系列的前后检查排不出规定的间隔",
        "{what}: no day keeps the gaps to the other steps of its series",
    ),
    "cause.dates": (
        "{what}：期限 {first} 至 {last} 内没有可用的工作日",
        "{what}: no working day is left from {first} to {last}",
    ),
    "cause.car": (
        "{day} {what}的车辆都已派出，车上也排不下",
        "all cars of {what} are out on {day}, with no room on their routes",
    ),
    "cause.no_car": (
        "{day} {what}没有在用的车辆",
        "{what} has no car in service on {day}",
    ),
    "cause.person": (
        "{day} 没有人可坐“{what}”席位",
        "nobody is left for the seat {what} on {day}",
    ),
    "cause.long": (
        "{what}：检查需 {minutes} 分钟，一个工作日至多容得下 {most} 分钟",
        "{what}: its service takes {minutes} minutes; a working day holds {most}",
    ),
    "cause.far": (
        "{what}：往返行车 {minutes} 分钟，一个工作日去不了（位置是否填错？）",
        "{what}: travel there and back takes {minutes} minutes, more than a"
        " working day allows (is its place right?)",
    ),
    "cause.before": (
        "须先排同系列的 {before}",
        "{before} of the same series has to be placed first",
    ),
    "cause.office": (
        "{what}没有办公室，没有车可以去",
        "{what} has no office, so no car can go",
    ),
    "cause.place": (
        "放宽哪一项都排不下",
        "nothing that could give way gives it a place",
    ),
    "cause.alike": ("（共 {all} 人如此）", " ({all} people in all)"),
    "cause.none": ("没有证号", "no number"),
    "cause.ends": ("{day} 到期", "ends {day}"),
    "cause.more": ("等 {all} 项", "and {more} more"),
    "remedy.certificate": ("续期 {n} 本执法证", "renew {n} certificate{s}"),
    "remedy.leave": (
        "调整 {n} 人日请假或培训",
        "lift {n} day{s} of leave or training",
    ),
    "remedy.lead": ("授权 {n} 人主办", "allow {n} officer{s} to lead"),
    "remedy.days": ("增加 {n} 天可排天数", "allow {n} duty day{s} more"),
    "remedy.authority": (
        "为 {n} 人补检查主体授权",
        "authorise {n} officer{s} for the authority",
    ),
    "remedy.scope": ("扩大 {n} 人的事项范围", "widen the scope of {n} officer{s}"),
    "remedy.skill": ("培训 {n} 人", "train {n} officer{s}"),
    "remedy.rotation": ("放宽 {n} 处轮换", "waive {n} rotation{s}"),
    "remedy.recusal": (
        "复核 {n} 项回避或另请他人",
        "review {n} recusal{s}, or ask others in",
    ),
    "remedy.gap": ("放宽 {n} 次检查的间隔", "ease the gap of {n} visit{s}"),
    "remedy.dates": ("放宽 {n} 次检查的期限", "ease the dates of {n} visit{s}"),
    "remedy.car": ("增加 {n} 个车日", "find {n} more car-day{s}"),
    "remedy.person": ("增派 {n} 人日", "bring in {n} more person-day{s}"),
    "remedy.long": ("缩短 {n} 次检查的时长", "shorten {n} visit{s}"),
    "remedy.far": ("核对 {n} 处位置", "check the place of {n} compound{s}"),
    "remedy.visits": (
        "{parts}：可多排 {visits} 次检查（{who}）",
        "{parts}: +{visits} visit{s} ({who})",
    ),
    "remedy.pairs": (
        "{parts}：可多配 {pairs} 组值班（{who}）",
        "{parts}: +{pairs} stand-by pair{p} ({who})",
    ),
    "remedy.both": (
        "{parts}：可多排 {visits} 次检查、{pairs} 组值班（{who}）",
        "{parts}: +{visits} visit{s}, +{pairs} stand-by pair{p} ({who})",
    ),
}
