"""The smallest valid objects. Times are relative to one fixed day; states are explicit functions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from PIL import Image

from catalog.models import Commune, OcopType, Pack, Producer, Product, ProductSet, Province, ShopImage, Stock
from catalog.search.indexing import refresh_listings
from cms.models import (
    GiftBundlePage,
    GiftIndexPage,
    GiftItem,
    StorefrontIndexPage,
    StorefrontPage,
    StoryIndexPage,
    StoryPage,
    StoryProduct,
)
from marketplace.accounts.models import MemberRole, Membership, User
from ocop_badges import services
from ocop_badges.days import start_of
from ocop_badges.models import Certificate, OfficerPost, PostRole, RevocationGround

DAY = date(2026, 11, 22)
AT: datetime = start_of(DAY) + timedelta(hours=9)

_numbers = count(1)


def make_producer(**fields: Any) -> Producer:
    number = next(_numbers)
    defaults = {
        "name": f"Hợp tác xã {number}",
        "slug": f"hop-tac-xa-{number}",
        "ocop_type": OcopType.COOPERATIVE,
        "province": Province.objects.get(code="68"),
    }
    return Producer.objects.create(**{**defaults, **fields})


def make_product(**fields: Any) -> Product:
    number = next(_numbers)
    producer = fields.pop("producer", None) or make_producer()
    defaults = {
        "name": f"Cà phê {number}",
        "slug": f"ca-phe-{number}",
        "producer": producer,
        "product_set": ProductSet.objects.get(code="ca-phe-ca-cao"),
        "province": producer.province,
    }
    return Product.objects.create(**{**defaults, **fields})


def make_pack(product: Product, *, price: int | None = 120_000, on_hand: int = 0, **fields: Any) -> Pack:
    number = next(_numbers)
    pack = Pack.objects.create(
        **{"product": product, "sku": f"SKU-{number}", "name": "Gói 500 g", "price": price, **fields}
    )
    if on_hand:
        Stock.objects.create(pack=pack, on_hand=on_hand)
    return pack


def certify(
    product: Product, *, stars: int = 4, issued_on: date = DAY - timedelta(days=365), **fields: Any
) -> Certificate:
    """A certificate that is valid on ``DAY`` unless told otherwise."""
    number = next(_numbers)
    return services.issue_certificate(
        product=product,
        stars=stars,
        issued_on=issued_on,
        **{"decision_number": f"{number}/QĐ-UBND", "issuing_authority": "UBND tỉnh Lâm Đồng", "at": AT, **fields},
    )


def certify_expired(product: Product, **fields: Any) -> Certificate:
    return certify(product, issued_on=date(2023, 6, 1), **fields)


def suspend(certificate: Certificate, *, since: date = DAY) -> None:
    services.suspend_certificate(certificate=certificate, suspended_from=since, reason="Kiểm tra đột xuất", at=AT)


def revoke(certificate: Certificate, *, effective_on: date = DAY) -> None:
    services.revoke_certificate(
        certificate=certificate,
        ground=RevocationGround.CRITERIA_NOT_MET,
        decision_number="9/QĐ-UBND",
        effective_on=effective_on,
        at=AT,
    )


def make_officer(place: Province | Commune | None = None, *, role: str = "", name: str = "officer") -> User:
    """A person with a post: of a commune or province, without a place of the country. ``role`` for the council."""
    user = User.objects.create_user(f"{name}-{next(_numbers)}@example.vn", "secret")
    user.groups.add(Group.objects.get(name="OCOP officers"))
    usual = {Province: PostRole.PROVINCE, Commune: PostRole.COMMUNE}.get(type(place), PostRole.NATIONAL)
    OfficerPost.objects.create(
        user=user,
        role=role or usual,
        province=place if isinstance(place, Province) else None,
        commune=place if isinstance(place, Commune) else None,
    )
    return user


def make_member(producer: Producer, *, role: str = MemberRole.OWNER, name: str = "owner") -> User:
    """A person who acts for a producer and may sign in to the portal with the password ``secret``."""
    user = User.objects.create_user(f"{name}-{next(_numbers)}@example.vn", "secret")
    Membership.objects.create(user=user, producer=producer, role=role)
    return user


def list_products(*products: Product) -> None:
    """Put products on the shop's lists, as every service that changes them does."""
    refresh_listings([product.pk for product in products])


def make_image(title: str = "Mùa hái", *, marks: Product | None = None, width: int = 64) -> ShopImage:
    """A small real picture; with ``marks`` it shows that product's OCOP mark."""
    file = BytesIO()
    Image.new("RGB", (width, width * 3 // 4), (90, 140, 60)).save(file, "PNG")
    return ShopImage.objects.create(
        title=title,
        file=ImageFile(BytesIO(file.getvalue()), name=f"{next(_numbers)}.png"),
        shows_ocop_mark=marks is not None,
        marked_product=marks,
    )


def make_story(*, about: Iterable[Product] = (), body: Iterable[tuple[str, Any]] = (), **fields: Any) -> StoryPage:
    """A published story about some products."""
    number = next(_numbers)
    story = StoryPage(
        **{
            "title": f"Chuyện {number}",
            "slug": f"chuyen-{number}",
            "summary": "Hai câu tóm tắt.",
            "first_published_at": AT,
            "last_published_at": AT,
            "body": list(body),
            **fields,
        }
    )
    story.products = [StoryProduct(product=product, sort_order=order) for order, product in enumerate(about)]
    return StoryIndexPage.objects.get().add_child(instance=story)


def make_bundle(*items: Pack | tuple[Pack, int], **fields: Any) -> GiftBundlePage:
    """A published bundle of packs, each alone or with its quantity."""
    number = next(_numbers)
    bundle = GiftBundlePage(
        **{
            "title": f"Quà {number}",
            "slug": f"qua-{number}",
            "summary": "Một hộp quà.",
            "first_published_at": AT,
            "last_published_at": AT,
            **fields,
        }
    )
    pairs = [item if isinstance(item, tuple) else (item, 1) for item in items]
    bundle.items = [GiftItem(pack=pack, quantity=n, sort_order=order) for order, (pack, n) in enumerate(pairs)]
    return GiftIndexPage.objects.get().add_child(instance=bundle)


def make_storefront_page(producer: Producer, **fields: Any) -> StorefrontPage:
    """What a curator added to a producer's storefront, published."""
    page = StorefrontPage(producer=producer, **fields)
    return StorefrontIndexPage.objects.get().add_child(instance=page)
