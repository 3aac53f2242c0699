"""A worker process with the tests' kinds of jobs: `python service_worker.py`."""

from __future__ import annotations

import os

if (
    __name__ == "__main__"
):  # its jobs' processes import this file, and need nothing here
    from service_jobs import KINDS

    from api.jobs import worker
    from api.operations.serve import work
    from api.settings import load

    worker.KINDS = KINDS
    work(load(os.environ))
