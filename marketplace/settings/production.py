"""Production: every secret and address comes from the environment; a missing one stops the start."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *

LEAST_SECRET = 32  # characters of a secret that others sign with

if env.str("TODAY", default=""):
    raise ImproperlyConfigured("TODAY moves the shop's day and is for development only; unset it.")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty.")
SITE_URL = env.str("SITE_URL").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("SITE_URL must be an absolute http(s) address such as https://shop.example.vn")
if "DATABASE_URL" not in env.ENVIRON:
    raise ImproperlyConfigured("Set the DATABASE_URL environment variable")
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"{_site.scheme}://{_site.netloc}"])

PROXY_COUNT = env.int("PROXY_COUNT", default=1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

if BANK_BIN or BANK_ACCOUNT:
    if not (BANK_BIN and BANK_ACCOUNT and BANK_WEBHOOK_SECRET):
        raise ImproperlyConfigured(
            "VietQR needs BANK_BIN, BANK_ACCOUNT and BANK_WEBHOOK_SECRET: a transfer of which nobody tells is lost."
        )
    if not re.fullmatch(r"[0-9]{6}", BANK_BIN):
        raise ImproperlyConfigured("BANK_BIN is the bank's number with NAPAS, six digits such as 970436.")
if BANK_WEBHOOK_SECRET and len(BANK_WEBHOOK_SECRET) < LEAST_SECRET:
    raise ImproperlyConfigured(
        f"BANK_WEBHOOK_SECRET is short: who guesses it marks orders as paid. {LEAST_SECRET} characters or more, "
        "as from `openssl rand -hex 32`."
    )
if STRIPE_SECRET_KEY and not (STRIPE_WEBHOOK_SECRET and all(it.startswith("whsec_") for it in STRIPE_WEBHOOK_SECRET)):
    raise ImproperlyConfigured(
        "STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET, the signing secret of the endpoint in Stripe's dashboard "
        "(whsec_…; two with a comma while one is replaced)."
    )
