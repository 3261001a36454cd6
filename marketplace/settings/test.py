"""Settings of the test suite."""

import tempfile

from .base import *

DEBUG = False
SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
METRICS_OPEN, METRICS_TOKEN = True, ""
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = tempfile.mkdtemp(prefix="cho-ocop-test-media-")
PAYOUT_FOLDER = tempfile.mkdtemp(prefix="cho-ocop-test-payouts-")
EVIDENCE_ROOT = tempfile.mkdtemp(prefix="cho-ocop-test-evidence-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING["root"]["level"] = "WARNING"
ELASTICSEARCH_URL = ""  # a test that wants the engine says so
BANK_BIN, BANK_ACCOUNT, BANK_ACCOUNT_NAME = "970400", "0123456789", "CHO OCOP"
BANK_WEBHOOK_SECRET = "bank-secret"
COD_LIMIT = 5_000_000
COD_REMITTED_WITHIN_DAYS = 14
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE = "", [], ""  # likewise: see tests/marketplace/payments
