"""Signing in and out, one's own account, and the addresses of the OpenID provider (allauth names the routes)."""

from allauth.account import views as account
from allauth.idp.oidc import views as openid
from django.urls import include, path

from ggzy.web.identity import views
from ggzy.web.identity.provider import authorization

_provider = [
    path(".well-known/openid-configuration", openid.configuration, name="configuration"),
    path(".well-known/jwks.json", openid.jwks, name="jwks"),
    path("openid/authorize", authorization, name="authorization"),
    path("openid/token", openid.token, name="token"),
    path("openid/userinfo", openid.user_info, name="userinfo"),
    path("openid/revoke", openid.revoke, name="revoke"),
    path("openid/device", views.no_device, name="device_code"),
    path("openid/logout", openid.logout, name="logout"),
]

urlpatterns = [
    path("account/", views.overview, name="account"),
    path("account/sign-in", account.login, name="account_login"),
    path("account/sign-out", account.logout, name="account_logout"),
    path("account/inactive", account.account_inactive, name="account_inactive"),
    path("account/sign-up", account.signup, name="account_signup"),
    path("account/reauthenticate", account.reauthenticate, name="account_reauthenticate"),
    path("account/password", account.password_change, name="account_change_password"),
    path("account/password/set", account.password_set, name="account_set_password"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("", include(([path("", include((_provider, "oidc")))], "idp"))),
]
