"""Exits with 0 when a worker on this host has told Redis lately that it is there."""

import socket
import sys
from datetime import UTC, datetime

import redis
import semblance_connections as to

# The worker speaks up every `--worker-ttl` less 15 seconds, and every 30 seconds during a job.
LIMIT_SECONDS = 90


def newest_heartbeat(client: redis.Redis, host: str) -> datetime | None:
    keys = client.smembers("rq:workers")
    found = (client.hmget(key, "hostname", "last_heartbeat") for key in keys)
    beats = [datetime.fromisoformat(beat.decode()) for name, beat in found if beat and (name or b"").decode() == host]
    return max(beats, default=None)


def main() -> int:
    try:
        beat = newest_heartbeat(redis.Redis(**to.redis(), socket_timeout=to.CONNECT_SECONDS), socket.gethostname())
    except redis.RedisError as error:
        print(f"Redis does not answer: {error}")
        return 1
    if beat is None:
        print("no worker of this host is known to Redis")
        return 1
    age = (datetime.now(UTC) - beat).total_seconds()
    print(f"last heartbeat {age:.0f} s ago")
    return 0 if age < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
