"""What the exporter says, and where it reads it."""

import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable

import psycopg
import redis
import semblance_connections as to
from prometheus_client import CollectorRegistry, Metric, generate_latest

QUEUES = ("critical", "high", "default", "low")
# Counting millions of rows takes its time; the figures need not be younger than this.
DATABASE_SECONDS = 30

# Metric, help, query. A query gives one number, or rows of a label's value and a number.
COUNTS = (
    ("projects", "Projects.", "SELECT count(id) FROM project"),
    ("tasks", "Tasks.", "SELECT count(id) FROM task"),
    ("tasks_finished", "Tasks that have as many annotations as their project asks for.", "SELECT count(id) FROM task WHERE is_labeled"),
    ("annotations", "Annotations, without skipped ones.", "SELECT count(id) FROM task_completion WHERE NOT was_cancelled"),
    ("annotations_skipped", "Tasks that an annotator skipped.", "SELECT count(id) FROM task_completion WHERE was_cancelled"),
    ("predictions", "Predictions.", "SELECT count(id) FROM prediction"),
    ("users", "Users who may log in.", "SELECT count(id) FROM htx_user WHERE is_active"),
    (
        "annotators_active",
        "Users who made or changed an annotation in the last 24 hours.",
        "SELECT count(DISTINCT completed_by_id) FROM task_completion WHERE updated_at > now() - interval '24 hours'",
    ),
)
# By number, not by name or address: who may see the metrics need not know people. The busiest, so that series have a bound.
ANNOTATORS = """
SELECT completed_by_id, count(id) FROM task_completion WHERE NOT was_cancelled AND completed_by_id IS NOT NULL
GROUP BY completed_by_id ORDER BY 2 DESC, 1 LIMIT 100
"""
EXPORTS = "SELECT status, count(id) FROM data_export_export GROUP BY status"
EXPORT_STATES = ("created", "in_progress", "failed", "completed")

# State of a job, key of its set, command that measures it.
REGISTRIES = (
    ("queued", "rq:queue:{}", "llen"),
    ("started", "rq:wip:{}", "zcard"),
    ("deferred", "rq:deferred:{}", "zcard"),
    ("scheduled", "rq:scheduled:{}", "zcard"),
    ("failed", "rq:failed:{}", "zcard"),
)


def gauge(name: str, text: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    metric = Metric(f"label_studio_{name}", text, "gauge")
    for labels, value in samples:
        metric.add_sample(metric.name, labels, value)
    return metric


class Database:
    """Counts, over one connection that is kept."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection | None = None
        self.kept: list[Metric] = []
        self.until = 0.0

    def __call__(self) -> list[Metric]:
        if time.monotonic() < self.until:
            return self.kept
        try:
            self.kept = list(self._count())
        except psycopg.Error:
            self.connection = None
            raise
        self.until = time.monotonic() + DATABASE_SECONDS
        return self.kept

    def _count(self) -> Iterable[Metric]:
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(**to.postgres(), autocommit=True)
            self.connection.execute("SET statement_timeout = '8s'")
        for name, text, query in COUNTS:
            row = self.connection.execute(query).fetchone()
            yield gauge(name, text, [({}, row[0])])
        annotators = self.connection.execute(ANNOTATORS).fetchall()
        samples = [({"user": str(user)}, count) for user, count in annotators]
        yield gauge("annotator_annotations", "Annotations by the number of the user who made them.", samples)
        found = dict(self.connection.execute(EXPORTS).fetchall())
        yield gauge("exports", "Export snapshots.", [({"state": s}, found.get(s, 0)) for s in EXPORT_STATES])


class Queues:
    """Sizes of the job queues, and the workers."""

    def __init__(self) -> None:
        self.client = redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS)

    def __call__(self) -> list[Metric]:
        jobs = [
            ({"queue": queue, "state": state}, getattr(self.client, command)(key.format(queue)))
            for queue in QUEUES
            for state, key, command in REGISTRIES
        ]
        # The set still names workers that were killed; the key of one that lives does not expire.
        known = self.client.smembers("rq:workers")
        workers = self.client.exists(*known) if known else 0
        return [
            gauge("queue_jobs", "Background jobs.", jobs),
            gauge("workers", "Workers that take jobs from the queues.", [({}, workers)]),
        ]


class Web:
    """Whether Label Studio says that it is ready."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.context = ssl.create_default_context(cafile=to.CA_FILE)

    def __call__(self) -> list[Metric]:
        with urllib.request.urlopen(self.url, timeout=8, context=self.context) as response:  # noqa: S310: our own https URL
            return [gauge("up", UP, [({}, float(response.status == 200))])]


UP = "1 when Label Studio answers and reaches its database and Redis."


class Metrics:
    """All of it as text. One source that fails takes none of the others with it, and is told."""

    def __init__(self, ready_url: str) -> None:
        self.sources: dict[str, Callable[[], list[Metric]]] = {
            "http": Web(ready_url),
            "postgresql": Database(),
            "redis": Queues(),
        }
        self.lock = threading.Lock()

    def collect(self) -> Iterable[Metric]:
        success, seconds = [], []
        for name, source in self.sources.items():
            started = time.monotonic()
            try:
                yield from source()
                success.append(({"source": name}, 1))
            except (OSError, psycopg.Error, redis.RedisError):
                success.append(({"source": name}, 0))
                if name == "http":
                    yield gauge("up", UP, [({}, 0)])
            seconds.append(({"source": name}, time.monotonic() - started))
        yield gauge("exporter_source_up", "1 when the exporter could read the source.", success)
        yield gauge("exporter_source_seconds", "Time that it took to read the source.", seconds)

    def text(self) -> bytes:
        registry = CollectorRegistry()
        registry.register(self)
        with self.lock:
            return generate_latest(registry)
