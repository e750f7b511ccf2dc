"""Exports that hold media (COCO, YOLO, …) fetch it where it is, without a way through the network to ourselves.

Label Studio's converter asks its own public address for uploads, with a token. From inside, that address leads through the
gateway or nowhere; here the request goes to the application in the same process, which checks the same permissions.
"""

import functools
import io
import os
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

from django.apps import AppConfig
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse


@functools.cache
def _application():
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


class InProcessAdapter(HTTPAdapter):
    """Answers GET requests by calling the application."""

    def send(self, request, **_options):
        # A thread of its own: the application keeps the current user and its database connection per thread.
        with ThreadPoolExecutor(max_workers=1) as executor:
            raw = executor.submit(_answer, request).result()
        return self.build_response(request, raw)


def _answer(request) -> HTTPResponse:
    from django.db import connections

    started: dict[str, object] = {}

    def start_response(status, headers, _exc_info=None):
        started.update(status=int(status.split(" ", 1)[0]), headers=headers)

    try:
        chunks = _application()(_environment(request), start_response)
        body = io.BytesIO(b"".join(chunks))
        getattr(chunks, "close", lambda: None)()
    finally:
        connections.close_all()
    return HTTPResponse(body=body, headers=started["headers"], status=started["status"], preload_content=False)


def _environment(request) -> dict[str, object]:
    url = urlsplit(request.url)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        **headers,
        "HTTP_HOST": url.netloc,
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path, "latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


class StorageAdapter(HTTPAdapter):
    """Fetches presigned media from the stack's own S3 server, which has a private address and our own authority."""

    def send(self, request, **options):
        return super().send(request, **{**options, "verify": os.environ["AWS_CA_BUNDLE"]})


class Exports(AppConfig):
    """Gives the converter a session that knows these two; every other address stays under SSRF protection."""

    name = "semblance_exports"

    def ready(self) -> None:
        import data_export.functions as functions

        guarded = functions.ssrf_safe_session

        def session(max_retries=0, trusted_origin=None):
            made = guarded(max_retries=max_retries)
            if trusted_origin:
                made.mount(trusted_origin.rstrip("/") + "/", InProcessAdapter())
            made.mount(os.environ["LABEL_STUDIO_S3_ENDPOINT"].rstrip("/") + "/", StorageAdapter())
            return made

        functions.ssrf_safe_session = session
