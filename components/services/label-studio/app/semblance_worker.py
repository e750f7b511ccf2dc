"""The worker of Label Studio's job queue."""

import rq
import rq.job
import semblance_tracing


class Job(rq.job.Job):
    """rq's job, which takes along the trace of who queued it."""

    @classmethod
    def create(cls, *args, **kwargs) -> "Job":
        job = super().create(*args, **kwargs)
        job.meta.update(semblance_tracing.carrier())
        return job


class Worker(rq.Worker):
    """rq's worker, which says that a job ran and how, but not with which arguments: they may hold what
    users typed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{**kwargs, "log_job_description": False})

    def perform_job(self, job, queue) -> bool:
        with semblance_tracing.job(job.func_name, job.meta):
            done = super().perform_job(job, queue)
            if not done:
                semblance_tracing.failed()
            return done
