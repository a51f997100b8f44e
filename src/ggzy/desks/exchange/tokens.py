"""Whose token is this?"""

from ggzy.desks.exchange.actions import digest
from ggzy.desks.exchange.models import Token
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel import clock
from ggzy.kernel.errors import NotSignedIn


def reporter(authorization: str) -> Reporter:
    """The trading system behind an Authorization header; NotSignedIn says what is wrong with it."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotSignedIn("请在 Authorization 头中以 Bearer 方式给出令牌。令牌由平台签发，见 /api/。", code="access.token_missing")
    return by_digest(digest(secret.strip()))


def by_digest(digest: bytes) -> Reporter:
    """The trading system whose token has this digest, while the token is valid."""
    token = Token.objects.filter(digest=digest).first()
    if token is None:
        raise NotSignedIn("令牌无效。请核对是否完整，或向平台申请新的令牌。", code="access.token_unknown")
    if token.revoked_at is not None:
        raise NotSignedIn("令牌已被吊销。请向平台申请新的令牌。", code="access.token_revoked")
    if token.expires_at is not None and token.expires_at <= clock.now():
        raise NotSignedIn("令牌已过期。请向平台申请新的令牌。", code="access.token_expired")
    return Reporter(token.system_id, f"system:{token.system_id}", tuple(token.data_sets))
