"""Exits with 0 when JupyterLab answers over TLS: `semblance_health.py PORT`."""

import http.client
import ssl
import sys

CA_FILE = "/etc/semblance/tls/ca.crt"


def main(port: str) -> int:
    context = ssl.create_default_context(cafile=CA_FILE)
    connection = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=8, context=context)
    try:
        # Its version, which it tells without a login.
        connection.request("GET", "/api")
        response = connection.getresponse()
        print(response.status, response.read(200).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
