"""Everything the page of one product shows on a day, gathered in a bounded number of queries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from ocop_badges import rules, tokens
from ocop_badges.badges import Badge, badge_of
from ocop_badges.inspections.summaries import PublicInspection, load_inspections
from ocop_badges.models import Certificate
from ocop_badges.models.certificates import facts_of

from . import parts
from .cards import Card, load_cards
from .goods import GoodsRule, load_goods_rule
from .media.pictures import Picture, load_pictures
from .models import Pack, Producer, Product, ProductImage, QualityCertificate, Stock
from .models.fields import in_language
from .models.images import servable_q

MORE_OF_PRODUCER = 4


@dataclass(frozen=True, slots=True)
class PageCertificate:
    """The certificate that speaks for the product today, and where it stands. Tells no number of stars."""

    public_id: str
    decision_number: str
    issuing_authority: str
    issued_on: date
    valid_from: date
    status: rules.Status
    since: date | None


@dataclass(frozen=True, slots=True)
class PagePack:
    """A pack on sale. ``left`` is how many can be sold today, ``best_before`` the earliest day among those."""

    sku: str
    name: str
    net_value: Decimal | None
    net_unit: str
    price: int
    gtin: str | None
    left: int
    best_before: date | None


@dataclass(frozen=True, slots=True)
class PagePicture:
    picture: Picture
    alt: str


@dataclass(frozen=True, slots=True)
class PageCard:
    card: Card
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """``description`` is HTML with its live tokens expanded, ``summary`` the same as plain text."""

    slug: str
    name: str
    description: SafeString
    summary: str
    badge: Badge | None
    certificate: PageCertificate | None
    packs: list[PagePack]
    pictures: list[PagePicture]
    quality_certificates: list[QualityCertificate]
    origin: str
    place: str
    former_place: str
    ingredients: str
    storage: str
    shelf_life_days: int | None
    season_from_month: int | None
    season_to_month: int | None
    capacity_per_year: Decimal | None
    capacity_unit: str
    return_policy: str
    seller: Producer
    producer_name: str
    producer_path: str
    province_name: str
    product_set_code: str
    product_set_name: str
    story_path: str | None
    bundles: list[dict[str, Any]]
    inspections: list[PublicInspection]
    rule: GoodsRule | None
    more: list[PageCard]


def load_product_page(slug: str, *, day: date, lang: str) -> ProductPage:
    """What the page shows on ``day`` in ``lang``. Raises ``Product.DoesNotExist`` where a shopper may see none."""
    product = (
        Product.objects.published()
        .select_related(
            "producer__province", "producer__commune", "province", "former_province", "commune", "product_set"
        )
        .get(slug=slug)
    )
    badge = badge_of(product.pk, day=day)
    description = in_language(product.description, product.description_en, lang)
    starred = tokens.load_token_badges([description], day=day)
    more_ids = (
        Product.objects.published()
        .filter(producer=product.producer)
        .exclude(pk=product.pk)
        .order_by("-created_at", "-pk")
        .values_list("pk", flat=True)[:MORE_OF_PRODUCER]
    )
    cards = load_cards(list(more_ids), day=day, lang=lang)
    images = list(
        ProductImage.objects.filter(servable_q(day, image="image__"), product=product)
        .order_by("position", "pk")
        .values_list("image_id", "alt", "alt_en")
    )
    pictures = load_pictures([image_id for image_id, *_ in images] + [card.image_id for card in cards.values()])
    extra = parts.load([product.pk], on=day)[product.pk]
    name = product.name_in(lang)
    rule = load_goods_rule(
        product_id=product.pk, producer_id=product.producer_id, set_code=product.product_set.code, on=day
    )
    return ProductPage(
        slug=product.slug,
        name=name,
        description=SafeString(linebreaks(tokens.expand(description, starred, lang)) if description.strip() else ""),
        summary=tokens.expand_text(description, starred, lang)
        or f"{name}. {product.producer.name}, {product.province.name}.",
        badge=badge,
        certificate=_certificate(product, day),
        packs=_packs(product, day, lang) if rule is None or rule.may_be_sold else [],
        pictures=[
            PagePicture(pictures[image_id], in_language(alt, alt_en, lang) or name)
            for image_id, alt, alt_en in images
            if image_id in pictures
        ],
        quality_certificates=list(
            QualityCertificate.objects.filter(product=product).valid_on(day).order_by("name", "pk")
        ),
        origin=in_language(product.origin, product.origin_en, lang),
        place=", ".join(
            part for part in (product.commune.name if product.commune else "", product.province.name) if part
        ),
        former_place=", ".join(
            part
            for part in (product.former_district, product.former_province.name if product.former_province else "")
            if part
        ),
        ingredients=in_language(product.ingredients, product.ingredients_en, lang),
        storage=in_language(product.storage, product.storage_en, lang),
        shelf_life_days=product.shelf_life_days,
        season_from_month=product.season_from_month,
        season_to_month=product.season_to_month,
        capacity_per_year=product.capacity_per_year,
        capacity_unit=product.capacity_unit,
        return_policy=in_language(product.return_policy, product.return_policy_en, lang),
        seller=product.producer,
        producer_name=product.producer.name,
        producer_path=f"/producers/{product.producer.slug}/",
        province_name=product.province.name,
        product_set_code=product.product_set.code,
        product_set_name=product.product_set.name_in(lang),
        story_path=extra["story"],
        bundles=parts.bundles_in(extra["bundles"], lang),
        inspections=load_inspections([product.pk], on=day).get(product.pk, []),
        rule=rule,
        more=[
            PageCard(card, pictures.get(card.image_id) if card.image_id else None)
            for product_id in more_ids
            if (card := cards.get(product_id))
        ],
    )


def _certificate(product: Product, day: date) -> PageCertificate | None:
    certificates = list(Certificate.objects.of_products([product.pk]).with_facts())
    facts = facts_of(certificates)
    in_question = rules.certificate_in_question(facts, day)
    if in_question is None:
        return None
    certificate = next(c for c in certificates if c.pk == in_question.sequence)
    return PageCertificate(
        public_id=certificate.public_id,
        decision_number=certificate.decision_number,
        issuing_authority=certificate.issuing_authority,
        issued_on=certificate.issued_on,
        valid_from=certificate.valid_from,
        status=rules.status_on(in_question, facts, day),
        since=rules.status_since(in_question, facts, day),
    )


def _packs(product: Product, day: date, lang: str) -> list[PagePack]:
    packs = list(Pack.objects.on_sale().filter(product=product).order_by("position", "pk"))
    sellable: dict[int, list[Stock]] = {pack.pk: [] for pack in packs}
    least_life = {pack.pk: pack.min_remaining_life_days for pack in packs}
    for stock in Stock.objects.filter(pack__in=packs).order_by("best_before", "pk"):
        keeps = stock.best_before is None or (stock.best_before - day).days >= least_life[stock.pack_id]
        if keeps and stock.available > 0:
            sellable[stock.pack_id].append(stock)
    return [
        PagePack(
            sku=pack.sku,
            name=pack.name_in(lang),
            net_value=pack.net_value,
            net_unit=pack.net_unit,
            price=pack.price,
            gtin=pack.gtin,
            left=sum(stock.available for stock in sellable[pack.pk]),
            best_before=min((s.best_before for s in sellable[pack.pk] if s.best_before), default=None),
        )
        for pack in packs
        if pack.price is not None
    ]
