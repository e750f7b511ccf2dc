"""The worker of Label Studio's job queue."""

import rq


class Worker(rq.Worker):
    """rq's worker, which says that a job ran and how, but not with which arguments: they may hold what
    users typed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{**kwargs, "log_job_description": False})
