"""Exits with 0 when a worker that started in this container has told Redis lately that it is there."""

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


def container_start() -> float:
    """When the container's first process started, as seconds since 1970."""
    ticks = int(Path("/proc/1/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    boot = next(line for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines() if line.startswith("btime"))
    return int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")


def newest_heartbeat(client: redis.Redis, host: str, since: float) -> datetime | None:
    """Of the workers on this host, less those of an earlier container with the same name."""
    beats = []
    for key in client.smembers("rq:workers"):
        name, birth, beat = (value and value.decode() for value in client.hmget(key, "hostname", "birth", "last_heartbeat"))
        if beat and name == host and datetime.fromisoformat(birth).timestamp() >= since - TOLERANCE_SECONDS:
            beats.append(datetime.fromisoformat(beat))
    return max(beats, default=None)


def main() -> int:
    client = redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS)
    try:
        beat = newest_heartbeat(client, socket.gethostname(), container_start())
    except redis.RedisError as error:
        print(f"Redis does not answer: {error}")
        return 1
    if beat is None:
        print("no worker of this container is known to Redis")
        return 1
    age = (datetime.now(UTC) - beat).total_seconds()
    print(f"last heartbeat {age:.0f} s ago")
    return 0 if age < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
