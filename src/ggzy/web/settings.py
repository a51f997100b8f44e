"""The one place where the environment is read. docs/operations.md says what each variable is (Settings)."""

import contextlib
import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("GGZY_HOME", BASE_DIR / "var")).resolve()
HOST = os.environ.get("GGZY_HOST", "localhost")
CITY = os.environ.get("GGZY_CITY", "示范市")
CITY_IN_ENGLISH = os.environ.get("GGZY_CITY_EN") or (CITY if "GGZY_CITY" in os.environ else "Shifan City")
STANDARD = Path(os.environ.get("GGZY_STANDARD", Path(__file__).parents[1] / "desks/exchange/demo/standard"))
SUPERVISION_PHONE = os.environ.get("GGZY_SUPERVISION_PHONE", "").strip()
PLATFORM_CODE = os.environ.get("GGZY_PLATFORM_CODE", "12339900MB00000199")
WITNESSES = os.environ.get("GGZY_WITNESSES", "")
PORT = int(port) if (port := os.environ.get("PORT", "")).isdecimal() else 8000
COVER_SECONDS = min(int(seconds), 30) if (seconds := os.environ.get("GGZY_COVER_SECONDS", "")).isdecimal() else 10
HTTPS = os.environ.get("GGZY_HTTPS") == "1"
SITE = f"https://{HOST}" if HTTPS else f"http://{HOST}:{PORT}"
"""How links in mails begin: nobody's request is there to say."""


def _secret(name: str) -> str:
    """A secret of this installation, made on first use and kept readable by its owner only."""
    path = HOME / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{name}.{os.getpid()}")
        temporary.write_text(secrets.token_urlsafe(48))
        temporary.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)  # the first process wins, all others read what it wrote
        temporary.unlink()
    return path.read_text()


def _database(url: str) -> dict:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},
    }


DATABASE_URL_FILE = HOME / "database.url"
# Only what was asked for: the file holds the address of our own database's last run.
OWN_DATABASE_URL = os.environ.get("DATABASE_URL")
DATABASE_URL = OWN_DATABASE_URL or (
    DATABASE_URL_FILE.read_text().strip() if DATABASE_URL_FILE.exists() else "postgresql://localhost/ggzy"
)
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = os.environ.get("GGZY_SECRET_KEY") or _secret("django.secret")
# Keys of personal records are addressed by a digest under this secret; unlike SECRET_KEY it never rotates.
BLIND_KEY = _secret("blind.secret")
# The secrets of webhooks follow from it; who loses it makes every owner set up anew.
WEBHOOK_KEY = _secret("webhook.secret")
WEBHOOK_NETWORKS = tuple(
    str(ip_network(network.strip())) for network in os.environ.get("GGZY_WEBHOOK_NETWORKS", "").split(",") if network.strip()
)
DEBUG = False
ALLOWED_HOSTS = [HOST, "localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
    "ggzy.kernel",
    "ggzy.commons",
    "ggzy.desks.exchange",
    "ggzy.desks.disclosure",
    "ggzy.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ggzy.web.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ggzy.web.middleware.guard",
    "allauth.account.middleware.AccountMiddleware",  # it answers first to what its own pages raise
]
ROOT_URLCONF = "ggzy.web.urls"
SILENCED_SYSTEM_CHECKS = ["urls.W002"]  # /standard and /standard.json are neighbours: their routes begin behind the word
WSGI_APPLICATION = "ggzy.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "src/ggzy/web/templates"],
        "OPTIONS": {
            "environment": "ggzy.web.portal.engine.environment",
            "context_processors": ["ggzy.web.context.page"],
        },
    }
]

# Pages made in the last ten seconds, in each process (web/portal/kept.py): 1,000 of 100 kB at most, typically 25 MB.
_memory = "django.core.cache.backends.locmem.LocMemCache"
# What must hold in all processes lies in the database: guesses at sign-in, codes of the OpenID provider.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}},
    "pages": {"BACKEND": _memory, "LOCATION": "pages", "TIMEOUT": 10, "OPTIONS": {"MAX_ENTRIES": 1000}},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # another one only with its catalogue: `ggzy english` makes it
LOCALE_PATHS = [BASE_DIR / "src/ggzy/locale"]
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_AGE = "ggzy_language", 365 * 24 * 3600
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "src/ggzy/web/static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Files are content-addressed; where they lie is django-storages' business.
if bucket := os.environ.get("GGZY_S3_BUCKET"):
    _files = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": bucket}}
else:
    _files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files", "file_permissions_mode": 0o640},
    }
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = None


def _whole(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    return int(given) if given.isdecimal() else default


QUARANTINE_LINES = _whole("GGZY_QUARANTINE_LINES", 200_000)
QUARANTINE_BYTES = _whole("GGZY_QUARANTINE_MB", 2048) * 1024**2
UPLOADS_BYTES = _whole("GGZY_UPLOADS_MB", 10_240) * 1024**2
UPLOAD_DAYS = _whole("GGZY_UPLOAD_DAYS", 7)
ANSWER_DAYS = max(1, _whole("GGZY_ANSWER_DAYS", 7))
QUARANTINE_DAYS = _whole("GGZY_QUARANTINE_DAYS", 184)  # six months are 184 days at most

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # what is signed out is gone, whoever kept the cookie
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "ggzy.web.errors.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000

# Who signs in (web/identity). What is told and asked is allauth's; the words and rules are ours.
AUTH_USER_MODEL = "commons.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "/account/"
ACCOUNT_ADAPTER = "ggzy.web.identity.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD, ACCOUNT_USER_MODEL_EMAIL_FIELD = "login", "email"
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"username"}, ["username*", "password1*", "password2*"]
ACCOUNT_FORMS = {"login": "ggzy.web.identity.forms.SignIn", "signup": "ggzy.web.identity.forms.SignUp"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USERNAME_MIN_LENGTH, ACCOUNT_SESSION_REMEMBER, ACCOUNT_PRESERVE_USERNAME_CASING = 3, False, False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
MFA_ADAPTER = "ggzy.web.identity.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "ggzy.web.identity.forms.AddPasskey", "edit_webauthn": "ggzy.web.identity.forms.RenamePasskey"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost is a secure context
MFA_TOTP_ISSUER = f"{CITY}公共资源交易平台"
IDP_OIDC_ADAPTER = "ggzy.web.identity.provider.Provider"
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = SESSION_COOKIE_AGE
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False

_mail = urlsplit(os.environ.get("GGZY_MAIL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.scheme else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_HOST, EMAIL_HOST_USER = _mail.hostname or "", unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
EMAIL_PORT = _mail.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GGZY_MAIL_FROM") or f"noreply@{HOST}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
