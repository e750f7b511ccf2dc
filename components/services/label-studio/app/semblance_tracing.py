"""Traces, for processes that are told where to send them (OTEL_EXPORTER_OTLP_ENDPOINT); for all others this does nothing.

A trace starts with a request or a job, and goes on with what the gateway or the process that queued the job had begun. Calls
to PostgreSQL, Redis and S3 are steps of it; the same calls outside of one, such as a worker's waiting for jobs, are not told.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import semblance_logging
from semblance_connections import secret

FLUSH_MILLISECONDS = 5000
ENABLED = "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ


def start() -> None:
    """Sets up OpenTelemetry, once per process and before anything connects."""
    if not ENABLED:
        return
    # The names of attributes that others use by now, and not those of before they were settled.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.instrumentation.redis import RedisInstrumentor
    from opentelemetry.instrumentation.requests import RequestsInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased
    from opentelemetry.util.re import parse_env_headers

    headers = parse_env_headers(secret("otlp-headers"), liberal=True)
    provider = TracerProvider(sampler=ParentBased(_asked_for()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(headers=headers)))
    trace.set_tracer_provider(provider)
    for instrumentor in (PsycopgInstrumentor, RedisInstrumentor, BotocoreInstrumentor, RequestsInstrumentor):
        instrumentor().instrument()
    semblance_logging.add_context(_ids)


def _asked_for():
    """A sampler that lets a trace start with what somebody asked for."""
    from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
    from opentelemetry.trace import SpanKind

    class AskedFor(Sampler):
        def should_sample(self, parent_context, trace_id, name, kind=None, *rest, **named):
            one = ALWAYS_ON if kind in (SpanKind.SERVER, SpanKind.CONSUMER) else ALWAYS_OFF
            return one.should_sample(parent_context, trace_id, name, kind, *rest, **named)

        def get_description(self) -> str:
            return "AskedFor"

    return AskedFor()


def _ids() -> dict[str, str]:
    """The ids of the current trace and span, for log lines."""
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}


def wsgi(application: Callable) -> Callable:
    """The application with a span around each request."""
    if not ENABLED:
        return application
    from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware

    def asked(span, environ) -> None:
        # `route` finds a better name, unless the request comes to nothing before.
        span.update_name(environ["REQUEST_METHOD"])
        # Tokens and signatures are among what it may hold.
        if environ.get("QUERY_STRING"):
            span.set_attribute("url.query", "")
        context = span.get_span_context()
        environ["semblance.trace"] = {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}

    return OpenTelemetryMiddleware(application, request_hook=asked)


def route(get_response: Callable) -> Callable:
    """Django middleware: names the request's span after the pattern of its address, of which there are few."""
    from opentelemetry import trace

    def middleware(request):
        response = get_response(request)
        match = request.resolver_match
        if match is not None:
            pattern = "/" + match.route.replace("^", "").replace("$", "").lstrip("/")
            span = trace.get_current_span()
            span.update_name(f"{request.method} {pattern}")
            span.set_attribute("http.route", pattern)
        return response

    return middleware


def carrier() -> dict[str, str]:
    """What a job takes along so that its span goes on with the current trace."""
    headers: dict[str, str] = {}
    if ENABLED:
        from opentelemetry import propagate

        propagate.inject(headers)
    return headers


def failed() -> None:
    """Says of the current span that what it stands for went wrong."""
    if ENABLED:
        from opentelemetry import trace

        trace.get_current_span().set_status(trace.StatusCode.ERROR)


@contextmanager
def job(name: str, carried: dict[str, str]) -> Iterator[None]:
    """A span around a job. It is sent before the end, because the process of a job ends without a farewell."""
    if not ENABLED:
        yield
        return
    from opentelemetry import propagate, trace
    from opentelemetry.trace import SpanKind

    context = propagate.extract(carried)
    try:
        with trace.get_tracer("semblance").start_as_current_span(name, context, SpanKind.CONSUMER):
            yield
    finally:
        trace.get_tracer_provider().force_flush(FLUSH_MILLISECONDS)
