"""The route of a month (DESIGN §2), one frozen type per stage:

    freeze → Frozen → draw → Drawn → schedule → Packed → seal → Sealed → assign →
    Assigned → absent, publish, carry → Assigned → close → Closed

The next month's freeze stands on what the logs hold by then: each one as it stands
(`standing`), the docket (`docket`), all together (`following`); `earlier` refuses what
no logs could hold.

Each step takes the previous stage and returns the next, so a wrong order cannot be
written.
"""
