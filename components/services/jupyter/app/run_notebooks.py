"""Runs the starter notebooks, one after the other, and prints one JSON line for each: {name, ok, seconds, skipped?, error?}.

`run_notebooks.py [NAME…]`; it exits with 1 when one of them failed. One that asks for what this stack lacks is skipped."""

import json
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import semblance_environment

STARTERS = Path("/etc/semblance/notebooks")
CELL_SECONDS = 240


def run(file: Path) -> dict[str, object]:
    """Executes a copy of the notebook in memory, in a folder that is thrown away."""
    notebook = nbformat.read(file, as_version=4)
    started = time.monotonic()
    outcome: dict[str, object] = {"ok": True}
    with tempfile.TemporaryDirectory() as folder:
        # Spoken to by sockets in that folder, as the server does it.
        kernel = AsyncKernelManager(transport="ipc", connection_file=f"{folder}/kernel.json")
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, km=kernel, timeout=CELL_SECONDS, resources=resources)
        try:
            client.execute(cleanup_kc=True)
        except CellExecutionError as error:
            if error.ename == "ServiceAbsent":
                outcome = {"ok": True, "skipped": error.evalue}
            else:
                outcome = {"ok": False, "error": f"{error.ename}: {error.evalue}"[:2000]}
        except Exception as error:  # A kernel that died, a cell that never ended.
            outcome = {"ok": False, "error": f"{type(error).__name__}: {error}"[:2000]}
    return {"name": file.stem, **outcome, "seconds": round(time.monotonic() - started, 1)}


def main(names: list[str]) -> int:
    semblance_environment.enter()
    files = sorted(STARTERS.glob("*.ipynb"))
    unknown = set(names) - {file.stem for file in files}
    if unknown:
        print(f"no notebook {', '.join(sorted(unknown))}; there are {', '.join(file.stem for file in files)}", file=sys.stderr)
        return 2
    failed = False
    for file in files:
        if names and file.stem not in names:
            continue
        outcome = run(file)
        failed = failed or not outcome["ok"]
        print(json.dumps(outcome), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
