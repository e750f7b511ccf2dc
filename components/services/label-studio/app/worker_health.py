"""Exits with 0 when a worker of this container has told Redis lately that it is there.

With the argument `alive` also when Redis cannot tell: then a new start of the worker would not help.
"""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import redis
import semblance_connections as to

# The worker speaks up every `--worker-ttl` less 15 seconds, and every 30 seconds during a job.
LIMIT_SECONDS = 90
# The kernel tells its own start in whole seconds.
TOLERANCE_SECONDS = 2


def started(pid: int) -> float | None:
    """When a process of this container started, as seconds since 1970; None where it has none of this number."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = next(line for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines() if line.startswith("btime"))
    return int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")


def newest_heartbeat(client: redis.Redis, host: str) -> datetime | None:
    """Of the workers whose process runs here, less those of an earlier container with the same host name and numbers."""
    beats = []
    for key in client.smembers("rq:workers"):
        fields = client.hmget(key, "hostname", "pid", "birth", "last_heartbeat")
        name, pid, birth, beat = (value and value.decode() for value in fields)
        since = started(int(pid)) if name == host and pid and beat else None
        if since is not None and datetime.fromisoformat(birth).timestamp() >= since - TOLERANCE_SECONDS:
            beats.append(datetime.fromisoformat(beat))
    return max(beats, default=None)


def main() -> int:
    client = redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS)
    try:
        beat = newest_heartbeat(client, socket.gethostname())
    except redis.RedisError as error:
        print(f"Redis does not answer: {error}")
        return 0 if sys.argv[1:] == ["alive"] else 1
    if beat is None:
        print("no worker of this container is known to Redis")
        return 1
    age = (datetime.now(UTC) - beat).total_seconds()
    print(f"last heartbeat {age:.0f} s ago")
    return 0 if age < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
