"""Rows of one generated catalogue, made one producer at a time and not yet stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from catalog.models import (
    Commune,
    FormerProvince,
    LegalForm,
    OcopType,
    Pack,
    Producer,
    Product,
    ProductImage,
    ProductSet,
    Province,
    QualityCertificate,
    ShopImage,
    Stock,
)
from catalog.models.fields import name_key
from catalog.rules import gtin_check_digit
from catalog.services.slugs import FALLBACKS
from ocop_badges.days import start_of

from . import people, places, shares, texts
from .addresses import Slugs, public_id
from .certificates import Issuers, Plan, Registrar
from .shares import Story
from .vocabulary import Kind, PackSize, Words, kinds

_LEGAL_FORMS = {
    OcopType.ENTERPRISE: LegalForm.COMPANY,
    OcopType.COOPERATIVE: LegalForm.COOPERATIVE,
    OcopType.COOPERATIVE_GROUP: LegalForm.INDIVIDUAL,
    OcopType.HOUSEHOLD: LegalForm.HOUSEHOLD_BUSINESS,
    OcopType.PRODUCTION_FACILITY: LegalForm.HOUSEHOLD_BUSINESS,
}
_DISTRICTS_A_PROVINCE = 8
_GS1_DEMONSTRATIONS = "952"  # GS1's prefix for examples: a generated number belongs to nobody


@dataclass(slots=True)
class ProductDraft:
    """A product with all that hangs on it. ``stock`` and ``packs`` refer to one another by object."""

    product: Product
    certificates: list[Plan]
    packs: list[Pack] = field(default_factory=list)
    stock: list[Stock] = field(default_factory=list)
    quality_certificates: list[QualityCertificate] = field(default_factory=list)
    images: list[ProductImage] = field(default_factory=list)


@dataclass(slots=True)
class ProducerDraft:
    producer: Producer
    new_commune: Commune | None
    products: list[ProductDraft] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that a catalogue refers to and does not make."""

    provinces: Mapping[str, Province]
    former_provinces: Mapping[str, Sequence[FormerProvince]]  # by the code of the province today
    product_sets: Mapping[str, ProductSet]
    communes: Mapping[tuple[str, str], Commune]  # by the province's code and the name
    pictures: Mapping[str, Sequence[ShopImage]]  # by the code of the product set


@dataclass(slots=True)
class _Place:
    province: Province
    commune: Commune
    former_province: FormerProvince | None
    former_district: str

    @property
    def short_commune(self) -> str:
        return self.commune.name.split(" ", 1)[1]

    def __str__(self) -> str:
        return f"{self.commune.name}, {self.province.name}"


class Drafter:
    """Draws up a catalogue. The same arguments give the same drafts, in the same order."""

    def __init__(self, rng: Random, *, on: date, known: Known, registrar: Registrar) -> None:
        self._rng = rng
        self._on = on
        self._known = known
        self._registrar = registrar
        self._slugs = Slugs(fallback=FALLBACKS[Product])
        self._producer_slugs = Slugs(fallback=FALLBACKS[Producer])
        self._producer_keys: set[tuple[str, str]] = set()
        self._communes = dict(known.communes)
        self._commune_names: dict[str, list[str]] = {}
        self._districts: dict[str, list[str]] = {}
        self._serial = 0

    def producers(self, products: int) -> Iterator[ProducerDraft]:
        """Producers with their products, ``products`` in all."""
        rng = self._rng
        producers = min(products, max(1, shares.scaled(shares.PRODUCERS, products)))
        sizes = self._sizes(products, producers)
        types = self._shuffled(shares.split(producers, shares.PRODUCER_TYPES))
        province_codes = self._shuffled(shares.split(producers, places.WEIGHTS))
        stories = self._shuffled(shares.split(products, shares.STORIES))
        able = [at for at, story in enumerate(stories) if story in shares.STORIES_WITH_FIVE_STARS]
        five_stars = set(rng.sample(able, min(len(able), shares.scaled(shares.FIVE_STAR_PRODUCTS, products))))
        first = 0
        for size, ocop_type, province_code in zip(sizes, types, province_codes, strict=True):
            own = range(first, first + size)
            first += size
            wanted = [(stories[at], at in five_stars) for at in own]
            yield self._producer(ocop_type, province_code, wanted)

    def _sizes(self, products: int, producers: int) -> list[int]:
        """How many products each producer has: at least one, most one or two, a few dozens."""
        sizes = [1] * producers
        appetite = [self._rng.paretovariate(1.6) for _ in range(producers)]
        for at in self._rng.choices(range(producers), appetite, k=products - producers):
            sizes[at] += 1
        return sizes

    def _shuffled(self, counts: Mapping[Any, int]) -> list[Any]:
        values = [value for value, count in counts.items() for _ in range(count)]
        self._rng.shuffle(values)
        return values

    # --- producers -------------------------------------------------------

    def _producer(self, ocop_type: OcopType, province_code: str, wanted: Sequence[tuple[Story, bool]]) -> ProducerDraft:
        """A producer with the products wanted, each with its story and whether it is one of the five-star ones."""
        rng = self._rng
        place, new_commune = self._place(province_code)
        name, brand = self._producer_name(ocop_type, place)
        slug = self._producer_slugs.of(name)
        self._serial += 1
        producer = Producer(
            public_id=public_id(rng),
            slug=slug,
            name=name,
            ocop_type=ocop_type,
            legal_form=_LEGAL_FORMS[ocop_type],
            legal_name=name if ocop_type != OcopType.COOPERATIVE_GROUP else people.person(rng),
            registration_number=f"GEN-{self._serial:07}",
            tax_number=f"00{self._serial:08}",
            province=place.province,
            commune=place.commune,
            address=f"Thôn {rng.randint(1, 14)}, {place}",
            phone=f"0000 {rng.randint(0, 999):03} {rng.randint(0, 999):03}",
            email=f"lien-he@{slug[:60].strip('-')}.example",
            story=texts.producer_story(rng, name=name, place=str(place)),
            is_published=any(five for _, five in wanted) or rng.random() >= shares.UNPUBLISHED_PRODUCER,
        )
        producer.created_at = self._instant(days_back=1_000)
        draft = ProducerDraft(producer=producer, new_commune=new_commune)
        main_kind, other_kind = self._two_kinds()
        names: set[str] = set()
        for story, five_stars in wanted:
            kind = other_kind if rng.random() < shares.SECOND_PRODUCT_SET else main_kind
            draft.products.append(self._product(producer, brand, place, kind, story, five_stars, names))
        return draft

    def _producer_name(self, ocop_type: OcopType, place: _Place) -> tuple[str, str]:
        """A name no other producer of the province has; the commune tells namesakes apart."""
        name, brand = people.producer(self._rng, ocop_type, place.short_commune)
        while (key := (name_key(name), place.province.code)) in self._producer_keys:
            name, brand = people.producer(self._rng, ocop_type, place.short_commune)
            if ocop_type != OcopType.HOUSEHOLD and place.short_commune not in name:
                name = f"{name} {place.short_commune}"
            elif ocop_type == OcopType.COOPERATIVE_GROUP:
                name = f"{name} thôn {self._rng.randint(1, 40)}"
        self._producer_keys.add(key)
        return name, brand

    def _place(self, province_code: str) -> tuple[_Place, Commune | None]:
        rng = self._rng
        province = self._known.provinces[province_code]
        if province_code not in self._commune_names:
            self._commune_names[province_code] = places.commune_names(rng, places.commune_count(province_code))
        name = rng.choice(self._commune_names[province_code])
        commune, new = self._communes.get((province_code, name)), None
        if commune is None:
            commune = new = self._communes[province_code, name] = Commune(province=province, name=name)
        former = self._known.former_provinces.get(province_code, ())
        former_province = rng.choice(former) if former and rng.random() < 0.9 else None
        district = ""
        if rng.random() < 0.7:
            old_name = former_province.name if former_province else province.name
            if old_name not in self._districts:
                self._districts[old_name] = [places.district_name(rng) for _ in range(_DISTRICTS_A_PROVINCE)]
            district = rng.choice(self._districts[old_name])
        return _Place(province, commune, former_province, district), new

    def _two_kinds(self) -> tuple[Kind, Kind]:
        every = list(kinds().values())
        main, other = self._rng.choices(every, [kind.weight for kind in every], k=2)
        return main, other

    # --- products --------------------------------------------------------

    def _product(
        self, producer: Producer, brand: str, place: _Place, kind: Kind, story: Story, five_stars: bool, names: set[str]
    ) -> ProductDraft:
        rng = self._rng
        name, name_en = self._product_name(kind, brand, names)
        english = rng.random() < shares.ENGLISH_NAME
        description, description_en = texts.description(
            rng, name=(name, name_en), producer=producer.name, place=str(place), english=english
        )
        (storage, storage_en), (returns, returns_en) = texts.storage(kind), texts.return_policy()
        season = (rng.randint(1, 12), rng.randint(1, 12)) if kind.seasonal and rng.random() < 0.7 else (None, None)
        product = Product(
            public_id=public_id(rng),
            slug=self._slugs.of(name, producer_slug=producer.slug),
            producer=producer,
            product_set=self._known.product_sets[kind.code],
            name=name,
            name_en=name_en if english else "",
            description=description,
            description_en=description_en,
            province=place.province,
            former_province=place.former_province,
            former_district=place.former_district,
            commune=place.commune,
            origin=str(place),
            storage=storage,
            storage_en=storage_en if english else "",
            shelf_life_days=rng.randint(*kind.shelf) if kind.shelf else None,
            return_policy=returns,
            return_policy_en=returns_en if english else "",
            season_from_month=season[0],
            season_to_month=season[1],
            capacity_per_year=Decimal(rng.randint(1, 400) * 5),
            capacity_unit="kg" if kind.keep != "none" else "sản phẩm",
            source_note="generate_catalog",
            is_published=five_stars or rng.random() >= shares.UNPUBLISHED_PRODUCT,
        )
        product.created_at = self._instant(days_back=900)
        draft = ProductDraft(product=product, certificates=self._certificates(place, story, five_stars))
        self._add_packs(draft, kind)
        self._add_quality_certificates(draft, kind)
        self._add_images(draft, kind)
        return draft

    def _product_name(self, kind: Kind, brand: str, taken: set[str]) -> Words:
        """A name its producer has not used yet, more often than not with the producer's brand."""
        for attempt in count():
            name, name_en = kind.name(self._rng)
            if attempt or self._rng.random() < 0.6:
                name, name_en = f"{name} {brand}", f"{name_en} {brand}"
            if attempt > 9:
                name, name_en = f"{name} số {attempt}", f"{name_en} No. {attempt}"
            if (key := name_key(name)) not in taken:
                break
        taken.add(key)
        return name, name_en

    def _certificates(self, place: _Place, story: Story, five_stars: bool) -> list[Plan]:
        four = self._rng.random() < places.chance_of_four_stars(place.province.code)
        stars = 5 if five_stars else 4 if four else 3
        issuers = Issuers(
            province_code=place.province.code,
            province=place.province.name,
            former_province=place.former_province.name if place.former_province else "",
            district=place.former_district,
        )
        return self._registrar.certificates(story, stars=stars, issuers=issuers)

    def _add_packs(self, draft: ProductDraft, kind: Kind) -> None:
        rng = self._rng
        if rng.random() < shares.WITHOUT_PACKS:
            return
        low, high = kind.prices
        price_of_one = low * (high / low) ** rng.random()
        count_of_packs = min(len(kind.packs), rng.choices((1, 2, 3), (50, 35, 15))[0])
        chosen = sorted(rng.sample(kind.packs, count_of_packs), key=kind.packs.index)
        for position, size in enumerate(chosen):
            pack = self._pack(draft.product, size, price_of_one, position)
            draft.packs.append(pack)
            draft.stock += self._stock(pack, draft.product.shelf_life_days)

    def _pack(self, product: Product, size: PackSize, price_of_one: float, position: int) -> Pack:
        rng = self._rng
        discount = 1 - 0.04 * position
        price = max(1_000, round(price_of_one * size.in_base_units * discount / 1_000) * 1_000)
        self._serial += 1
        shelf = product.shelf_life_days
        return Pack(
            product=product,
            sku=f"g-{product.public_id}-{position + 1}",
            name=size.name,
            name_en=size.name_en,
            net_value=Decimal(size.value),
            net_unit=size.unit,
            price=None if rng.random() < shares.PACK_WITHOUT_PRICE else price,
            is_on_sale=rng.random() >= shares.PACK_SWITCHED_OFF,
            gtin=_gtin(self._serial) if rng.random() < shares.PACK_WITH_GTIN else None,
            min_remaining_life_days=shelf // 10 if shelf and rng.random() < 0.5 else 0,
            position=position,
        )

    def _stock(self, pack: Pack, shelf_life_days: int | None) -> Iterator[Stock]:
        rng = self._rng
        if rng.random() < shares.PACK_SOLD_OUT:
            return
        best_before: date | None = None
        for number in range(rng.choices((1, 2, 3), (60, 30, 10))[0]):
            if shelf_life_days:
                fresh = rng.random() >= shares.LOT_PAST_ITS_DAY
                ahead = rng.randint(1, shelf_life_days) if fresh else -rng.randint(1, 60)
                best_before = self._on + timedelta(days=ahead)
                made_on = best_before - timedelta(days=shelf_life_days)
            else:
                made_on = self._on - timedelta(days=rng.randint(1, 400))
            on_hand = rng.randint(1, 240)
            yield Stock(
                pack=pack,
                lot=f"L{made_on:%y%m%d}-{number + 1}",
                best_before=best_before,
                on_hand=on_hand,
                reserved=rng.randint(0, min(5, on_hand)),
            )

    def _add_quality_certificates(self, draft: ProductDraft, kind: Kind) -> None:
        rng = self._rng
        if not kind.quality or rng.random() >= shares.QUALITY_CERTIFICATE:
            return
        for name in rng.sample(kind.quality, min(len(kind.quality), rng.choice((1, 1, 2)))):
            lapsed = rng.random() < shares.QUALITY_CERTIFICATE_LAPSED
            valid_until = self._on + timedelta(days=-rng.randint(1, 300) if lapsed else rng.randint(0, 1_000))
            draft.quality_certificates.append(
                QualityCertificate(
                    product=draft.product,
                    name=name,
                    number=f"{name.split()[0].upper()}-{rng.randint(10_000, 99_999)}",
                    valid_from=valid_until - timedelta(days=1_095),
                    valid_until=valid_until,
                )
            )

    def _add_images(self, draft: ProductDraft, kind: Kind) -> None:
        pictures = self._known.pictures.get(kind.code, ())
        product = draft.product
        for position, image in enumerate(self._rng.sample(pictures, min(len(pictures), self._rng.choice((1, 1, 2))))):
            draft.images.append(
                ProductImage(product=product, image=image, alt=product.name, alt_en=product.name_en, position=position)
            )

    # --- small things ----------------------------------------------------

    def _instant(self, *, days_back: int) -> datetime:
        """Some moment before the catalogue's day, more of them lately."""
        ago = int(days_back * self._rng.random() ** 1.5) + 1
        return start_of(self._on) - timedelta(days=ago) + timedelta(seconds=self._rng.randint(0, 86_399))


def _gtin(serial: int) -> str:
    """A GTIN-14 of the range for examples."""
    digits = f"0{_GS1_DEMONSTRATIONS}{serial:09}"
    return f"{digits}{gtin_check_digit(digits)}"
