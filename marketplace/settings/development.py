"""The embedded default: SQLite, no service to install, absolute URLs from the request."""

from datetime import date

from django.core.exceptions import ImproperlyConfigured

from .base import *

# Off unless asked for, so that errors look as they will to people; DEBUG=1 shows tracebacks.
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
DEMO_ALLOWED = True
METRICS_OPEN = True
TODAY = env.str("TODAY", default="") or None
if TODAY:
    try:
        date.fromisoformat(TODAY)
    except ValueError:
        raise ImproperlyConfigured(f"TODAY is a day such as 2028-06-20, not {TODAY!r}.") from None
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# An account that nobody has, so that codes can be looked at.
BANK_BIN = env.str("BANK_BIN", default="970400")
BANK_ACCOUNT = env.str("BANK_ACCOUNT", default="0123456789")
BANK_ACCOUNT_NAME = env.str("BANK_ACCOUNT_NAME", default="CHO OCOP DEMO")
BANK_WEBHOOK_SECRET = env.str("BANK_WEBHOOK_SECRET", default="development-only")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", default="plain")
(BASE_DIR / "var").mkdir(exist_ok=True)
