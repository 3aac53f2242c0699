"""A worker process with the tests' kinds of jobs: `python service_worker.py`."""

from __future__ import annotations

import os

from service_jobs import KINDS

from api.jobs import worker
from api.operations.serve import work
from api.settings import load

if __name__ == "__main__":
    worker.KINDS = KINDS
    work(load(os.environ))
