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
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", default="plain")
(BASE_DIR / "var").mkdir(exist_ok=True)
