"""Settings common to every environment. Secrets come from the environment and have no default here."""

import os
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# --- who and where -------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", default="Chợ OCOP")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
WAGTAIL_SITE_NAME = SITE_NAME
AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "marketplace.urls"
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failure"
WSGI_APPLICATION = "marketplace.wsgi.application"
ASGI_APPLICATION = "marketplace.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- apps, from the top of the house down --------------------------------
INSTALLED_APPS = [
    "marketplace",
    "marketplace.shop",
    "marketplace.portal",
    "marketplace.payments",
    "marketplace.invoices",
    "marketplace.orders",
    "marketplace.settlement",
    "marketplace.hub",
    "marketplace.shipping",
    "marketplace.notices",
    "marketplace.accounts",
    "cms",
    "catalog",
    "ocop_badges.desk",
    "ocop_badges.dossiers",
    "ocop_badges.inspections",
    "ocop_badges.reminders",
    "ocop_badges.credentials",
    "ocop_badges",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",  # every page of Wagtail's admin names its API
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "marketplace.middleware.RequestIdMiddleware",
    "marketplace.middleware.RequestLineLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ocop_badges.middleware.ShopDayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "marketplace.shop.middleware.CartCountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.middleware.AdminQueryMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context_processors.shop",
            ],
        },
    },
]

# --- database ------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'shop.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Write-ahead logging lets readers go on while one writes; an immediate transaction takes the
    # write lock at BEGIN, so that two writers queue instead of failing half way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    # Compiling a query takes PostgreSQL hundreds of milliseconds; ours read a page and are done in a few.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off"}

# --- people --------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# How many proxies of ours stand in front: the client's address is taken from X-Forwarded-For, counted from the right.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# Whether ``seed_demo`` may fill the database: products with invented prices, and logins whose password everybody knows.
DEMO_ALLOWED = False

# --- language and time ---------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "marketplace" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# The shop's day, moved by hand; development only (see ocop_badges.days).
TODAY: str | None = None

# --- files ---------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Documents of certification files and decisions: never under MEDIA_ROOT, which anybody may read.
EVIDENCE_ROOT = env.str("EVIDENCE_ROOT", default=str(BASE_DIR / "var" / "evidence"))
WAGTAILIMAGES_IMAGE_MODEL = "catalog.ShopImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "catalog.media.forms.ShopImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a Wagtail page with a long body posts many fields
WAGTAILADMIN_BASE_URL = SITE_URL or f"http://127.0.0.1:{env.int('PORT', default=8000)}"  # as `make run` is told
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no page of ours asks another site for anything
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.search_backend"}}  # any text is a legal query, accents fold

# --- badges --------------------------------------------------------------
# A folder with 3.png, 4.png and 5.png: the official artwork, for an operator who holds the right to use it
# (Decision 1162/QĐ-VPĐP-OCOP). Empty: the drawn design of this project.
OCOP_BADGE_ARTWORK_DIR = env.str("OCOP_BADGE_ARTWORK_DIR", default="")

# --- credentials ---------------------------------------------------------
# The keys that sign credentials are kept encrypted under this secret; empty: under SECRET_KEY. Where it changes, the
# private keys can no longer be read: run rotate_credential_key.
CREDENTIALS_SECRET = env.str("CREDENTIALS_SECRET", default="")

# --- search (the Elasticsearch engine is switched on by its URL) ---------
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="cho-ocop")  # of the names of its indices
ELASTICSEARCH_REPLICAS = env.int("ELASTICSEARCH_REPLICAS", default=0)  # copies of an index, on as many more servers
ELASTICSEARCH_TIMEOUT = env.float("ELASTICSEARCH_TIMEOUT", default=1.5)  # seconds until the database answers instead

# --- metrics -------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # what ``Authorization: Bearer`` has to bring for /metrics
METRICS_OPEN = False  # to everybody, where there is no token

# --- e-mail --------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="cho-ocop@localhost")

# --- notices -------------------------------------------------------------
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds until a mail server that says nothing is given up
# Where text messages go: a gateway that takes JSON (see marketplace.notices.channels.gateway); empty: none are sent.
NOTICES_GATEWAY_URL = env.str("NOTICES_GATEWAY_URL", default="")
NOTICES_GATEWAY_TOKEN = env.str("NOTICES_GATEWAY_TOKEN", default="")
NOTICES_GATEWAY_TIMEOUT = env.float("NOTICES_GATEWAY_TIMEOUT", default=10)  # seconds

# --- payments ------------------------------------------------------------
# The account that VietQR codes ask for transfers to; without number of the bank (BIN) and account they are not offered.
BANK_BIN = env.str("BANK_BIN", default="")
BANK_ACCOUNT = env.str("BANK_ACCOUNT", default="")
BANK_ACCOUNT_NAME = env.str("BANK_ACCOUNT_NAME", default="")
# Under which the bank's feed signs what it tells (POST /webhooks/bank/); empty: nothing it tells is believed.
BANK_WEBHOOK_SECRET = env.str("BANK_WEBHOOK_SECRET", default="")
# How many checkouts are worked on at once, over all servers; the others wait their turn. PostgreSQL only.
CHECKOUTS_AT_ONCE = max(1, env.int("CHECKOUTS_AT_ONCE", default=(os.cpu_count() or 2) // 2))
COD_LIMIT = env.int("COD_LIMIT", default=5_000_000)  # đồng of one order that a carrier may be asked to collect
COD_REMITTED_WITHIN_DAYS = env.int("COD_REMITTED_WITHIN_DAYS", default=14)  # what is handed over later is asked for

# --- cards (offered where Stripe's key is set) ---------------------------
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
# What signs Stripe's messages to /webhooks/stripe/; while a secret is changed, the old and the new, with a comma.
STRIPE_WEBHOOK_SECRET = env.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")  # another address of Stripe's API, for tests

# --- payouts to producers ------------------------------------------------
PAYOUT_PROVIDERS = env.list("PAYOUT_PROVIDERS", default=["bank"])  # how they leave: bank (a file), stripe (Connect)
PAYOUT_MINIMUM = env.int("PAYOUT_MINIMUM", default=50_000)  # đồng; what is owed below it is carried on
PAYOUT_FOLDER = env.str("PAYOUT_FOLDER", default=str(BASE_DIR / "var" / "payouts"))  # of the bank's files

# --- e-invoices ----------------------------------------------------------
INVOICE_FOLDER = env.str("INVOICE_FOLDER", default=str(BASE_DIR / "var" / "invoices"))  # of the files for accountants

# --- API -----------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "ocop_badges.problems.exception_handler",
    # The language of an answer is asked with ``lang``; ``format`` is an unknown parameter like any other.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chợ OCOP",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Products of Vietnam's OCOP programme: listings, certificates, badges, stories, gifts, orders.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PUBLIC": True,
    "ENUM_NAME_OVERRIDES": {
        "CertificateEventTypeEnum": "ocop_badges.serializers.EVENTS",
        "ProducerTypeEnum": "catalog.models.producers.OcopType.values",
        "KindEnum": "ocop_badges.inspections.models.InspectionKind.values",
        "CommuneKindEnum": "catalog.models.places.CommuneKind.values",
        "StatusEnum": "ocop_badges.serializers.STATUSES",
        "PaymentMethodEnum": "marketplace.orders.models.orders.PaymentMethod.values",
        "PaymentStatusEnum": "marketplace.shop.api.schema.PAYMENT_STATUSES",
        "OrderStatusEnum": "marketplace.shop.api.schema.ORDER_STATUSES",
        "FulfilmentStatusEnum": "marketplace.orders.models.fulfilments.FulfilmentState.values",
        "PackingEnum": "marketplace.orders.models.fulfilments.Packing.values",
        "LinePackingEnum": "marketplace.shop.api.schema.LINE_PACKINGS",
    },
    "PREPROCESSING_HOOKS": ["marketplace.openapi.public_endpoints"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.openapi.refused_bodies",
    ],
}

# --- logs ----------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "marketplace.logs.RequestIdFilter"}},
    "formatters": {
        "json": {"()": "marketplace.logs.JsonFormatter"},
        "plain": {"format": "{levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": env.str("LOG_FORMAT", default="json"),
        }
    },
    # Every save in the content system runs a few immediate tasks; each would be two lines.
    # The connection to Elasticsearch tells each request, and each failure beside what is made of it.
    "loggers": {
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        # Stripe's client tells each request with what was sent: shoppers' e-mail among it.
        "stripe": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
