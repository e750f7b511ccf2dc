"""The variables by which programs find the stack's services. What is secret in them lies in files, so that no container's
description shows it; the server hands all of them to kernels and terminals."""

import json
import os
from pathlib import Path

FOLDER = Path("/etc/semblance")


def environment() -> dict[str, str]:
    """All variables: the plain ones as they are, the secret ones read out of their files."""
    given = json.loads((FOLDER / "environment.json").read_text())
    secret = {name: (FOLDER / "secrets" / file).read_text() for name, file in given["secret"].items()}
    return {**given["plain"], **secret}


def enter() -> None:
    """Makes them this process' own, and by that its children's."""
    os.environ.update(environment())
