"""Forms of allauth in our words."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.forms import Form
from django.utils.translation import gettext as _


def _say(form: Form, labels: dict[str, str]) -> None:
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):
    """Signing in by login name and password."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, {"login": _("登录名"), "password": _("密码")})


class SignUp(SignupForm):
    """Opening an account."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, {"username": _("登录名"), "password1": _("密码（至少 12 个字符）"), "password2": _("再输一遍密码")})


class AddPasskey(AddWebAuthnForm):
    """Adding a passkey."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, {"name": _("名称"), "passwordless": _("单凭它登录，不用密码")})


class RenamePasskey(EditWebAuthnForm):
    """Giving a passkey another name."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, {"name": _("名称")})
