"""MLflow's metrics for Prometheus: requests, and what the database knows, read when Prometheus asks."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import psycopg
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

SECONDS = 3
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
API = re.compile(r"/(?:ajax-)?api/\d+\.\d+/mlflow(?:-artifacts)?/([a-z-]+)")
# The part of the API that a path belongs to. A fixed list: who makes up paths makes up no series.
AREAS = {"artifacts", "experiments", "logged-models", "metrics", "model-versions", "registered-models", "runs", "traces", "users"}
COUNTS = """
SELECT 'experiments', lifecycle_stage, count(*) FROM experiments GROUP BY 2 UNION ALL
SELECT 'runs', status, count(*) FROM runs WHERE lifecycle_stage = 'active' GROUP BY 2 UNION ALL
SELECT 'registered_models', '', count(*) FROM registered_models UNION ALL
SELECT 'model_versions', '', count(*) FROM model_versions UNION ALL
SELECT 'users', '', count(*) FROM users
"""
# Name of the label and its values, so that a count of nothing is 0 and not absent.
LABELLED = {
    "experiments": ("lifecycle_stage", ("active", "deleted")),
    "runs": ("status", ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")),
    "registered_models": (None, ()),
    "model_versions": (None, ()),
    "users": (None, ()),
}


class Database:
    """A connection of our own, in a thread of its own: a server that hangs holds up no request of MLflow's."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.replace("postgresql+psycopg:", "postgresql:")
        self.connection: psycopg.Connection | None = None

    def ask(self, statement: str) -> list[tuple]:
        """Rows of a statement. After an error the next call connects anew."""
        if self.connection is None or self.connection.closed:
            options = f"-c statement_timeout={SECONDS}s -c default_transaction_read_only=on"
            self.connection = psycopg.connect(self.uri, autocommit=True, connect_timeout=SECONDS, options=options)
        try:
            return self.connection.execute(statement).fetchall()
        except psycopg.Error:
            self.connection.close()
            raise


class Counts(Collector):
    """What people have in MLflow."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: asking the database is for scrapes, and not for the registration."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            rows = self.database.ask(COUNTS)
        except psycopg.Error:
            yield GaugeMetricFamily("mlflow_up", "Whether MLflow's database answers.", value=0)
            return
        yield GaugeMetricFamily("mlflow_up", "Whether MLflow's database answers.", value=1)
        for table, (label, values) in LABELLED.items():
            found = {value: count for name, value, count in rows if name == table}
            family = GaugeMetricFamily(f"mlflow_{table}", f"Number of {table.replace('_', ' ')}.", labels=[label] if label else [])
            for value in {**dict.fromkeys(values, 0), **found}:
                family.add_metric([value] if label else [], found.get(value, 0))
            yield family


class Metrics:
    """All metrics of the process."""

    def __init__(self, database_uri: str) -> None:
        self.database = Database(database_uri)
        self.thread = ThreadPoolExecutor(max_workers=1)
        disable_created_metrics()
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "mlflow_http_requests", "Requests answered.", ["method", "area", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "mlflow_http_request_duration_seconds",
            "Time from a request's first byte to its answer's last.",
            ["area"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
            registry=self.registry,
        )
        self.running = Gauge("mlflow_http_requests_in_progress", "Requests being answered.", registry=self.registry)
        Info("mlflow_build", "Version of MLflow.", registry=self.registry).info({"version": version("mlflow")})
        ProcessCollector(registry=self.registry)
        self.registry.register(Counts(self.database))

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        area = area_of(path)
        self.requests.labels(method if method in METHODS else "OTHER", area, str(status)).inc()
        self.seconds.labels(area).observe(seconds)

    async def text(self) -> bytes:
        """What Prometheus reads."""
        return await self._in_thread(generate_latest, self.registry)

    async def database_answers(self) -> bool:
        try:
            await self._in_thread(self.database.ask, "SELECT 1")
        except (psycopg.Error, TimeoutError):
            return False
        return True

    async def _in_thread(self, do, *args):
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(self.thread, do, *args), timeout=2 * SECONDS)


def area_of(path: str) -> str:
    """Which part of MLflow a path belongs to."""
    if found := API.match(path):
        return found[1] if found[1] in AREAS else "other"
    if path.startswith(("/static-files/", "/v1/", "/gateway/")):
        return path.split("/", 2)[1]
    return "ui" if path == "/" else "other"
