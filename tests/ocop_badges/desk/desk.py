"""What the tests of the desk share: documents, addresses, and an officer's form filled in."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.models import Commune, Province
from ocop_badges import audit
from ocop_badges.models import Certificate
from tests.factories import DAY, make_producer, make_product


def picture(name: str = "quyet-dinh.png") -> SimpleUploadedFile:
    """A small real document."""
    file = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/png")


def kept_files() -> set[Path]:
    return {path for path in Path(settings.EVIDENCE_ROOT).rglob("*") if path.is_file()}


def province(code: str) -> Province:
    return Province.objects.get(code=code)


def product_of(code: str, *, commune: str = "", **fields: Any):
    """A product of a province, by its code."""
    place = province(code)
    if commune:
        fields["commune"] = Commune.objects.get_or_create(province=place, name=commune)[0]
    return make_product(producer=make_producer(province=place), **fields)


def address(name: str, *args: object) -> str:
    return reverse(f"ocop_desk:{name}", args=args)


def act_address(certificate: Certificate, action: str) -> str:
    return address("act", certificate.public_id, action)


def facts_for(action: str, product: Any, **changes: Any) -> dict[str, Any]:
    """A form that is filled in well for an act on a four-star certificate of a product, its trail as it is now."""
    certifying = {
        "decision_number": "77/QĐ-UBND",
        "issued_on": (DAY - timedelta(days=1)).isoformat(),
        "evidence_file": picture(),
    }
    facts: dict[str, dict[str, Any]] = {
        "issue": {**certifying, "stars": "4"},
        "renew": {**certifying, "stars": "4"},
        "upgrade": {**certifying, "stars": "5"},
        "downgrade": {**certifying, "stars": "3"},
        "suspend": {"suspended_from": DAY.isoformat(), "reason": "Kiểm tra"},
        "lift": {"lifted_on": DAY.isoformat(), "reason": ""},
        "revoke": {
            "ground": "misuse_of_mark",
            "decision_number": "9/QĐ",
            "effective_on": DAY.isoformat(),
            "evidence_file": picture(),
        },
        "extend": {"days": "90", "granted_on": DAY.isoformat(), "evidence": "12/BN", "evidence_file": picture()},
        "correct": {},
    }
    return {"seen": str(audit.version_of(product.pk)), **facts[action], **changes}
