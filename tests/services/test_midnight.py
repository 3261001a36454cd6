"""A real server whose clock runs over the end of a certificate: nobody restarts it, no command runs.

The product is "Mắc ca Lê Anh Tuy Đức", four stars until and with 2028-06-19.
"""

import json
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from .made_once import put_demo
from .needed import program
from .server import fetch, serving

SLUG = "mac-ca-le-anh-tuy-duc"
LAST_SECOND = datetime(2028, 6, 19, 23, 59, 59, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)

SURFACES = (
    "list", "facet", "filter", "certified", "detail", "certificates", "badge json", "badge svg", "badge png",
    "page", "schema.org", "english page", "bundles",
)  # fmt: skip


def surfaces(base: str) -> dict[str, bool]:
    """What each surface says of the stars; each reading is one fresh answer."""

    def get_json(path: str) -> dict[str, object]:
        status, _, body = fetch(base + path)
        assert status == 200, (path, body[:500])
        answer: dict[str, object] = json.loads(body)
        return answer

    listed = get_json("/api/v1/products/?q=mac+ca+le+anh&page_size=100&facets=true")
    listing = next(item for item in listed["results"] if item["slug"] == SLUG)
    facet = {row["value"]: row["count"] for row in listed["facets"]["stars"]}
    page = fetch(f"{base}/products/{SLUG}/")[2].decode()
    bundles = get_json("/api/v1/gift-bundles/?page_size=100")["results"]
    detail = get_json(f"/api/v1/products/{SLUG}/")
    shown = {
        "list": listing["badge"] is not None,
        "facet": facet.get(4, 0) > 0,
        "filter": get_json("/api/v1/products/?stars=4&page_size=100")["count"] == 5,
        "certified": get_json("/api/v1/products/?certified=true")["count"] == 14,
        "detail": detail["badge"] is not None,
        "certificates": get_json(f"/api/v1/products/{SLUG}/certificates/")["results"][0]["status"] == "valid",
        "badge json": get_json(f"/badges/{SLUG}.json")["stars"] == 4,
        "badge svg": fetch(f"{base}/badges/{SLUG}.svg")[1]["X-OCOP-Badge"] == "4",
        "badge png": fetch(f"{base}/badges/{SLUG}.png")[1]["X-OCOP-Badge"] == "4",
        "page": "data-stars-end" in page,
        "schema.org": "hasCertification" in page,
        "english page": "data-stars-end" in fetch(f"{base}/en/products/{SLUG}/")[2].decode(),
        "bundles": any(bundle["all_certified"] for bundle in bundles),
    }
    assert tuple(shown) == SURFACES
    return shown


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("midnight")
    put_demo(folder)
    return folder


@pytest.mark.sqlite
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "UTC", "America/Los_Angeles"])
def test_it_shows_no_stars_one_second_after_the_last_day(shop: Path, zone: str) -> None:
    clock = shop / f"clock-{zone.replace('/', '-')}"

    def set_clock(instant: datetime) -> None:
        clock.write_text(f"{instant.timestamp() - time.time():+.3f}")

    set_clock(LAST_SECOND - timedelta(minutes=2))
    preload = subprocess.check_output([program("faketime"), "now", "printenv", "LD_PRELOAD"], text=True).strip()
    moved = {"LD_PRELOAD": preload, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    with serving(shop, TZ=zone, **moved) as base:
        assert surfaces(base) == dict.fromkeys(SURFACES, True)
        for _ in range(5):  # a busy machine may let the second pass before it asks
            set_clock(LAST_SECOND)
            badge = badge_json(base)
            if datetime.fromisoformat(str(badge["checked_at"])) < MIDNIGHT:
                break
        assert LAST_SECOND <= datetime.fromisoformat(str(badge["checked_at"])) < MIDNIGHT
        assert badge["stars"] == 4
        set_clock(MIDNIGHT)
        assert surfaces(base) == dict.fromkeys(SURFACES, False)


def badge_json(base: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(fetch(f"{base}/badges/{SLUG}.json")[2])
    return answer
