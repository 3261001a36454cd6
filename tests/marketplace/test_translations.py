"""Vietnamese is complete: no English text of ours is left without its translation, in source or in what is shipped."""

import ast
import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.accounts.models import User

LOCALE = Path(settings.BASE_DIR) / "marketplace" / "locale"
PO = LOCALE / "vi" / "LC_MESSAGES" / "django.po"
APPS = ("marketplace", "cms", "catalog", "ocop_badges")

needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None and "CI" not in os.environ, reason="needs the gettext tools"
)


def catalogue(mo: Path) -> dict[object, str]:
    with mo.open("rb") as file:
        messages = gettext.GNUTranslations(file)._catalog
    return {key: text for key, text in messages.items() if key != ""}


def run(*command: str, cwd: Path | None = None) -> str:
    without_settings = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=cwd, env=without_settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def message_ids(po: Path, *only: str) -> set[str]:
    """Every message with its context, or those gettext's own tool picks by ``only``."""
    listing = run("msgattrib", "--no-obsolete", "--no-wrap", "--no-location", *only, str(po))
    ids, block = set(), []
    for line in [*listing.splitlines(), ""]:
        if line.startswith(("msgctxt ", "msgid ", "msgid_plural ")):
            block.append(line)
        elif not line and block:
            ids.add("\n".join(block))
            block = []
    return ids - {'msgid ""'}


def test_every_column_that_operators_read_has_a_vietnamese_name(admin_user: User, rf: RequestFactory) -> None:
    """A key between tables has no name of its own unless somebody gives it one."""
    request = rf.get("/")
    request.user = admin_user
    english = []
    for model, page in admin.site._registry.items():
        if not model.__module__.startswith("marketplace."):
            continue
        shown = {*flatten_fieldsets(page.get_fieldsets(request)), *page.list_display} - {"id"}
        for field in model._meta.fields:
            with override("vi"):
                vietnamese = str(field.verbose_name)
            with override("en"):
                if field.name in shown and str(field.verbose_name) == vietnamese:
                    english.append(f"{model.__name__}.{field.name}")
    assert english == []


def test_no_text_hides_in_an_f_string() -> None:
    """There the tool that collects texts finds none."""
    root = Path(settings.BASE_DIR)
    hidden = [
        f"{path.relative_to(root)}:{call.lineno}"
        for app in APPS
        for path in sorted((root / app).rglob("*.py"))
        for written in ast.walk(ast.parse(path.read_text()))
        if isinstance(written, ast.JoinedStr)
        for call in ast.walk(written)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "gettext", "ngettext")
    ]
    assert hidden == []


@needs_gettext
def test_what_is_shipped_is_what_is_written(tmp_path: Path) -> None:
    run("msgfmt", "--check-format", "-o", str(tmp_path / "django.mo"), str(PO))

    written = catalogue(tmp_path / "django.mo")

    assert len(written) > 300
    assert catalogue(PO.with_suffix(".mo")) == written


@needs_gettext
def test_no_message_is_left_without_a_translation() -> None:
    assert message_ids(PO, "--untranslated") == set()
    assert message_ids(PO, "--only-fuzzy") == set()


@needs_gettext
def test_every_text_of_the_source_is_in_the_catalogue(tmp_path: Path) -> None:
    for app in APPS:
        shutil.copytree(Path(settings.BASE_DIR) / app, tmp_path / app, ignore=shutil.ignore_patterns("locale", "*.pyc"))
    (tmp_path / "locale").mkdir()
    run(
        sys.executable, "-m", "django", "makemessages", "--locale=vi", "--no-location", "--no-wrap", cwd=tmp_path
    )  # fmt: skip

    in_source = message_ids(tmp_path / "locale" / "vi" / "LC_MESSAGES" / "django.po")

    assert len(in_source) > 300
    assert in_source - message_ids(PO) == set()


def test_counted_things_are_counted_in_both_languages() -> None:
    from django.utils.translation import ngettext

    with override("vi"):
        assert [ngettext("%(days)s day", "%(days)s days", n) % {"days": n} for n in (0, 1, 2)] == [
            "0 ngày", "1 ngày", "2 ngày",
        ]  # fmt: skip
    with override("en"):
        assert [ngettext("%(days)s day", "%(days)s days", n) % {"days": n} for n in (0, 1, 2)] == [
            "0 days", "1 day", "2 days",
        ]  # fmt: skip


def test_a_text_is_english_on_english_pages_and_vietnamese_elsewhere() -> None:
    with override("vi"):
        assert _("Check the certificate") == "Kiểm tra giấy chứng nhận"
    with override("en"):
        assert _("Check the certificate") == "Check the certificate"
