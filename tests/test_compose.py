"""The containers of production-like use, as far as they can be judged without running them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml

from .services.needed import program

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "compose.yaml"
OURS = {"web", "worker", "letters", "reminders", "payments", "migrate", "manage"}


def compose(*arguments: str, **env: str) -> str:
    command = ["docker", "compose"] if _has_plugin() else [program("docker-compose")]
    done = subprocess.run(
        [*command, "--file", str(FILE), *arguments],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _has_plugin() -> bool:
    if not which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return described


def test_compose_takes_the_file_in_a_fresh_clone() -> None:
    compose("config", "--quiet")


def test_compose_puts_the_secrets_where_they_belong() -> None:
    told = yaml.safe_load(compose("config", SECRET_KEY="s3cret", POSTGRES_PASSWORD="pa55", SITE_URL="https://shop.vn"))
    web = told["services"]["web"]["environment"]
    assert (web["SECRET_KEY"], web["SITE_URL"]) == ("s3cret", "https://shop.vn")
    assert web["DATABASE_URL"] == "postgres://shop:pa55@postgres:5432/shop"
    assert told["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"] == "pa55"


def test_our_containers_write_nowhere_and_may_do_nothing_special(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        assert services[name]["read_only"] is True, name
        assert services[name]["cap_drop"] == ["ALL"], name
    assert "USER 10001:10001" in (ROOT / "Dockerfile").read_text()
    assert all("user" in services[name] for name in set(services) - OURS)


def test_whatever_goes_on_running_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert ("healthcheck" in service) == (service["restart"] != "no"), name


def test_only_the_web_port_is_published_and_only_here(services: dict[str, dict[str, Any]]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_whatever_the_example_names_reaches_the_shop() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(named) > 15
    assert [name for name in named if f"${{{name}:-" not in FILE.read_text()] == []


def test_all_that_our_containers_write_is_kept_in_a_volume(services: dict[str, dict[str, Any]]) -> None:
    volumes = yaml.safe_load(FILE.read_text())["volumes"]
    image = (ROOT / "Dockerfile").read_text()
    mounted = dict(mount.split(":") for mount in services["web"]["volumes"])
    assert set(mounted) <= set(volumes)
    for folder in mounted.values():
        assert re.search(rf"^VOLUME .*{folder}\b", image, re.MULTILINE), folder
    written = {"MEDIA_ROOT", "EVIDENCE_ROOT", "PAYOUT_FOLDER", "INVOICE_FOLDER"}
    told = dict(re.findall(rf"\b({'|'.join(written)})=(\S+)", image))
    assert set(told) == written
    assert all(any(path.startswith(folder) for folder in mounted.values()) for path in told.values())


def test_the_image_holds_all_that_runs() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    imported = {"catalog", "cms", "marketplace", "ocop_badges"}
    assert kept == imported | {"gunicorn.conf.py", "manage.py", "pyproject.toml", "uv.lock"}


def test_the_image_can_collect_its_static_files(tmp_path: Path) -> None:
    """The step of the Dockerfile that needs settings, with the values it gives them."""
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("RUN SECRET_KEY="))
    given = dict(pair.split("=", 1) for pair in line.removeprefix("RUN ").rstrip(" \\").split(" "))
    env = {
        "PATH": os.environ["PATH"],
        **given,
        "STATIC_ROOT": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "staticfiles.json").read_text())["paths"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL"])
def test_the_shop_refuses_to_start_on_an_empty_setting(missing: str) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
        "SECRET_KEY": "x" * 60,
        "SITE_URL": "https://shop.vn",
        "DATABASE_URL": "sqlite:///:memory:",
        missing: "",
    }
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert missing in done.stderr
