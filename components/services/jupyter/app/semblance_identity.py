"""Who may enter: people by one token, Prometheus by another that opens the metrics and nothing else. Only hashes are kept."""

import hashlib
import hmac
from pathlib import Path

from jupyter_server.auth import IdentityProvider, User
from jupyter_server.base.handlers import PrometheusMetricsHandler
from traitlets import List, Unicode, default

SCIENTIST = User("scientist", "Scientist", "Scientist", "S")
PROMETHEUS = User("prometheus", "Prometheus")


def matches(token: str | None, digest: str) -> bool:
    """Whether the token is the one with this SHA-256. Tokens are long random texts, which need no slow hash."""
    return token is not None and hmac.compare_digest(hashlib.sha256(token.encode()).hexdigest(), digest)


class TokenIdentityProvider(IdentityProvider):
    """JupyterLab's own login, that knows tokens by their hash."""

    token_sha256 = Unicode(help="SHA-256 of the token of people").tag(config=True)
    scrape_token_sha256 = Unicode(help="SHA-256 of Prometheus' token").tag(config=True)
    updatable_fields = List(Unicode(), [])

    @default("token")
    def _no_token(self) -> str:
        return ""

    async def get_user(self, handler) -> User | None:
        # Before anything makes a cookie out of it: a cookie would open more than the metrics.
        if isinstance(handler, PrometheusMetricsHandler) and matches(self.get_token(handler), self.scrape_token_sha256):
            return PROMETHEUS
        return await self._get_user(handler)

    async def get_user_token(self, handler) -> User | None:
        return SCIENTIST if matches(self.get_token(handler), self.token_sha256) else None

    def process_login_form(self, handler) -> User | None:
        typed = handler.get_argument("password", default="")
        return SCIENTIST if matches(typed, self.token_sha256) else None


def cookie_secret(folder: Path, token_sha256: str) -> bytes:
    """Signs the cookies of people. It changes with the token, so that a new token ends old sessions, and not with a restart."""
    return hmac.digest((folder / "cookie-key").read_bytes(), token_sha256.encode(), "sha256")
