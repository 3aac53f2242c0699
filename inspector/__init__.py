"""阳光双随机 (Sunlot): randomised inspection that anyone can check.

The rooms, top to bottom; each sees only what stands below it, and a test holds that:

    __main__     arguments → one command
    command      the commands: the only rooms that read files, the clock and secrets
    month        the route: freeze → draw → schedule → seal → assign → publish, carry →
                 close, and amendments (变更) between assign and close; from the logs of
                 all months to what the next freeze stands on (`following`)
    replan       重排: a sealed plan changed as little as possible, without names
    why          为何: why a visit is where it is, what would give way, what fits
    schedule     编排: visits → day packages, blind to people
    check        every rule about a plan, its seats and its people, without a solver
    docket       整改台账: who enters it, what happens to a case, and its law
    credit       信用: facts, evaluation, score, red and black lists
    year         年度计划: the year's numbers in twelve batches, covered, counted
    results      抽查结果: what officers write, review, publication, objections
    selection    who is drawn: compounds, then people with exact chances
    registry     两库: CSV, XLSX and TOML ↔ values, with every fault at once
    ceremony     canonical bytes, seeds, the log, bundles; PROTOCOL.md is its page
    workdays, places, sources    days, minutes and entropy sources, as data
    law          what a paper says of the law: task source, category, confirmed articles
    policy       抽查工作细则: every ratio, cap and time limit, as data
    domain       the words of the project as types
    codec, lines data → frozen values, every fault by its path and line
    words, month_words, errors    each code in Chinese and English; `printable` texts;
                 `beijing`: stamps as people read them

Beside them stands verify.py: the public's copy, which imports nothing from here. The
solver's libraries live in the rooms that solve and in the chance table only; nothing
here knows the service (`api`).
"""

__version__ = "0.1.0"
