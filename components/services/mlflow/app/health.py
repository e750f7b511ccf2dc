"""Exits with 0 when our own server answers 200 over TLS, which it does while the database answers it: `health.py PORT`."""

import http.client
import ssl
import sys

import semblance_mlflow as ours


def main(port: str) -> int:
    context = ssl.create_default_context(cafile=ours.CA_FILE)
    connection = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=8, context=context)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        print(response.status, response.read(500).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
