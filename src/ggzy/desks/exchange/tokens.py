"""Whose token is this?"""

from ggzy.desks.exchange.actions import digest
from ggzy.desks.exchange.models import Token
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel import clock
from ggzy.kernel.errors import NotSignedIn

WHY = {
    "access.token_missing": "请在 Authorization 头中以 Bearer 方式给出令牌。令牌由平台签发，见 /api/。",
    "access.token_unknown": "令牌无效。请核对是否完整，或向平台申请新的令牌。",
    "access.token_revoked": "令牌已被吊销。请向平台申请新的令牌。",
    "access.token_expired": "令牌已过期。请向平台申请新的令牌。",
}


def reporter(authorization: str) -> Reporter:
    """The trading system behind an Authorization header; NotSignedIn says what is wrong with it."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise _refused("access.token_missing")
    return bearer(by_secret(secret.strip()))


def by_secret(secret: str) -> Token:
    """The valid token that reads so."""
    return _valid(Token.objects.filter(digest=digest(secret)).first())


def by_number(number: int) -> Token:
    """The token of this number, while it is valid."""
    return _valid(Token.objects.filter(pk=number).first())


def bearer(token: Token) -> Reporter:
    """Who comes with this token."""
    return Reporter(token.system_id, f"system:{token.system_id}", tuple(token.data_sets))


def _valid(token: Token | None) -> Token:
    if token is None:
        raise _refused("access.token_unknown")
    if token.revoked_at is not None:
        raise _refused("access.token_revoked")
    if token.expires_at is not None and token.expires_at <= clock.now():
        raise _refused("access.token_expired")
    return token


def _refused(code: str) -> NotSignedIn:
    return NotSignedIn(WHY[code], code=code)
