"""Linked data (schema.org) of the catalogue's pages: plain values, ready for JSON."""

from collections.abc import Sequence
from typing import Any

from ocop_badges import rules
from ocop_badges.links import verify_address

from .product_page import PagePack, ProductPage

CONTEXT = "https://schema.org"


def product_data(page: ProductPage, *, url: str, base: str) -> dict[str, Any]:
    """A schema.org ``Product``. The certification is told only while the stars may be shown, with its last day."""
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": f"{url}#product",
        "url": url,
        "name": page.name,
        "description": page.summary,
        "category": page.product_set_name,
        "brand": {"@type": "Brand", "name": page.producer_name},
        "countryOfOrigin": {"@type": "Country", "name": "VN"},
    }
    if page.pictures:
        data["image"] = [base + picture.picture.src for picture in page.pictures]
    if page.packs:
        data["offers"] = [_offer(pack, page, url) for pack in page.packs]
    if page.badge and page.certificate and page.certificate.status is rules.Status.VALID:
        data["hasCertification"] = {
            "@type": "Certification",
            "name": f"OCOP {page.badge.stars} sao",
            "certificationIdentification": page.certificate.decision_number,
            "issuedBy": {"@type": "Organization", "name": page.certificate.issuing_authority},
            "certificationStatus": f"{CONTEXT}/CertificationActive",
            "certificationRating": {
                "@type": "Rating",
                "ratingValue": page.badge.stars,
                "bestRating": rules.MAX_STARS,
            },
            "validFrom": page.certificate.valid_from.isoformat(),
            "expires": page.badge.valid_until.isoformat(),
            "url": verify_address(page.badge.certificate, base=base),
        }
    return data


def breadcrumbs(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A schema.org ``BreadcrumbList`` of names and absolute addresses, from the home page down."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(crumbs, start=1)
        ],
    }


def _offer(pack: PagePack, page: ProductPage, url: str) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "name": pack.name,
        "sku": pack.sku,
        "url": url,
        "price": pack.price,
        "priceCurrency": "VND",
        "availability": f"{CONTEXT}/{'InStock' if pack.left else 'OutOfStock'}",
        "itemCondition": f"{CONTEXT}/NewCondition",
        "seller": {"@type": "Organization", "name": page.seller.legal_name or page.seller.name},
    }
    if pack.gtin:
        offer["gtin"] = pack.gtin
    return offer
