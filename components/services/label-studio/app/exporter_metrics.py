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
# Comparing annotations takes longer, and what people agree on changes slowly.
AGREEMENT_SECONDS = 300

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

# The set-up made the function; what is compared, and of which tasks, stands in semblance_agreement.sql.
AGREEMENT = "SELECT project, outcome, tasks FROM public.semblance_agreement()"
OUTCOMES = ("agree", "disagree", "not_compared")
AGREEMENT_HELP = (
    "Tasks that two or more people annotated, by whether they chose the same labels. "
    "Of the 20 projects annotated last, and of each the tasks of its newest 500 annotations."
)

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
    """Figures of the database, over one connection that is kept; read anew when they are older than `seconds`."""

    def __init__(self, read: Callable[[psycopg.Connection], Iterable[Metric]], seconds: float, retry_seconds: float = 0) -> None:
        self.read, self.seconds, self.retry_seconds = read, seconds, retry_seconds
        self.connection: psycopg.Connection | None = None
        self.kept: list[Metric] | psycopg.Error = []
        self.until = 0.0

    def __call__(self) -> list[Metric]:
        if time.monotonic() >= self.until:
            self.kept = self._read()
            wait = self.retry_seconds if isinstance(self.kept, psycopg.Error) else self.seconds
            self.until = time.monotonic() + wait
        if isinstance(self.kept, psycopg.Error):
            raise self.kept
        return self.kept

    def _read(self) -> list[Metric] | psycopg.Error:
        try:
            if self.connection is None or self.connection.closed:
                self.connection = psycopg.connect(**to.postgres(), autocommit=True)
                self.connection.execute("SET statement_timeout = '8s'")
            return list(self.read(self.connection))
        except psycopg.Error as error:
            self.connection = None
            return error


def counts(connection: psycopg.Connection) -> Iterable[Metric]:
    """How much there is of everything."""
    for name, text, query in COUNTS:
        row = connection.execute(query).fetchone()
        yield gauge(name, text, [({}, row[0])])
    annotators = connection.execute(ANNOTATORS).fetchall()
    samples = [({"user": str(user)}, count) for user, count in annotators]
    yield gauge("annotator_annotations", "Annotations by the number of the user who made them.", samples)
    found = dict(connection.execute(EXPORTS).fetchall())
    yield gauge("exports", "Export snapshots.", [({"state": s}, found.get(s, 0)) for s in EXPORT_STATES])


def agreement(connection: psycopg.Connection) -> Iterable[Metric]:
    """How often people who annotated the same task agree."""
    found = {(project, outcome): tasks for project, outcome, tasks in connection.execute(AGREEMENT)}
    projects = sorted({project for project, _ in found})
    samples = [({"project": str(p), "outcome": o}, found.get((p, o), 0)) for p in projects for o in OUTCOMES]
    yield gauge("agreement_tasks", AGREEMENT_HELP, samples)


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
            "postgresql": Database(counts, DATABASE_SECONDS),
            # One that takes too long would take as long at every scrape.
            "agreement": Database(agreement, AGREEMENT_SECONDS, retry_seconds=60),
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
