"""Where allauth asks us: how an account is opened, what happens at signing out, how second factors lie in the database."""

from base64 import b64decode, b64encode
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.hashers import make_password
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from ggzy.commons.identity import actions  # noqa: F401 - registers account.open
from ggzy.commons.identity.models import Account
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.privacy.sealed import seal, unseal
from ggzy.web.identity import relying

_LABEL = "mfa_authenticator.data"


class Accounts(DefaultAccountAdapter):
    """Accounts are opened by an action, as everything is; signing out tells every system that was entered."""

    def save_user(self, request: HttpRequest, user: Account, form: Form, commit: bool = True) -> Account:
        """Open the account that a sign-up form asks for."""
        number, given = str(uuid4()), form.cleaned_data
        password = make_password(given["password1"]) if given.get("password1") else ""
        perform(Act("visitor", "visitor", "web"), "account.open", account=number, login=given["username"], password=password)
        return Account.objects.get(number=number)

    def post_login(self, request: HttpRequest, user: Account, *, signup: bool, **given: Any) -> HttpResponse:
        """Who has just chosen a password has just shown that he knows it."""
        if signup:
            record_authentication(request, user, method="password", reauthenticated=True)
        return super().post_login(request, user, signup=signup, **given)

    def logout(self, request: HttpRequest) -> None:
        """Sign out here and everywhere."""
        sid = request.session.get(relying.SID, "")
        super().logout(request)
        relying.sign_out(sid)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom guesses are counted against: what the proxy in front says, if there is one."""
        return str(request.META.get("REMOTE_ADDR", ""))


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors lie sealed."""

    def encrypt(self, text: str) -> str:
        """A secret as it lies in the database."""
        return b64encode(seal(text, _LABEL)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return unseal(b64decode(encrypted_text), _LABEL)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: addresses are not asked for."""
