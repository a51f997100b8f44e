"""What can go wrong, said so that people can act on it.

Every refusal has a stable code, a Chinese title, a sentence that says what is wrong and what to do next, and
a status. The web turns it into RFC 9457 problem details, in one place.
"""

from typing import Any


class Refusal(Exception):
    """Something that was asked for and is not done; `detail` says why and what to do next, in Chinese."""

    status = 400
    code = "request.refused"
    title = "请求未被受理"

    def __init__(self, detail: str, *, code: str | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.more = more

    def problem(self) -> dict[str, Any]:
        """The members of an RFC 9457 problem document."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }


class Malformed(Refusal):
    """The request cannot be read."""

    code, title = "request.malformed", "请求格式不正确"


class NotSignedIn(Refusal):
    """Nobody knows who is asking."""

    status, code, title = 401, "access.not_signed_in", "需要身份凭证"


class Forbidden(Refusal):
    """It is known who asks, and it is not theirs to ask."""

    status, code, title = 403, "access.forbidden", "没有办理权限"


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    status, code, title = 404, "request.not_found", "没有找到"


class Conflict(Refusal):
    """The thing is not in the state that the request assumes."""

    status, code, title = 409, "state.conflict", "当前状态不允许此操作"


class TooLarge(Refusal):
    """More was sent than is taken at once; the limit is named."""

    status, code, title = 413, "request.too_large", "内容超出上限"


class Unprocessable(Refusal):
    """The request can be read, but not all of it makes sense; `fields` lists what does not."""

    status, code, title = 422, "request.invalid", "填写内容有误"


class Unavailable(Refusal):
    """Not now; `retry_after` seconds later."""

    status, code, title = 503, "service.unavailable", "暂时无法办理"


def require(holds: bool, detail: str, code: str = Conflict.code) -> None:
    """Go on only when the rule holds; otherwise the action is refused with this sentence."""
    if not holds:
        raise Conflict(detail, code=code)
