"""Exits with 0 when a path of our own server answers 200 over TLS: `https_health.py HOST PORT PATH`."""

import http.client
import ssl
import sys

import semblance_connections as to


def main(host: str, port: str, path: str) -> int:
    context = ssl.create_default_context(cafile=to.CA_FILE)
    connection = http.client.HTTPSConnection(host, int(port), timeout=8, context=context)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        print(response.status, response.read(500).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
