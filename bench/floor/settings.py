"""A bare Django: the same version, database and options as the shop, and nothing else."""

import os

import environ

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]  # the shop's own: cursors are signed with it
SITE_URL = os.environ["SITE_URL"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floor.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
USE_TZ = True
USE_I18N = False
TODAY = None
DATABASES = {"default": environ.Env().db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
