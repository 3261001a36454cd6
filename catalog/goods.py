"""What the law asks of goods that are sold: documents, the buyer's age, lawful payment methods."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .models import DocumentKind, GoodsPolicy, PaymentCode, Product, SellerDocument

LAST_OF_ALL_DAYS = date.max


@dataclass(frozen=True, slots=True)
class GoodsRule:
    """What holds for one product on a day. ``methods`` None: all. ``missing``: documents its seller lacks."""

    minimum_age: int | None
    methods: frozenset[str] | None
    missing: tuple[DocumentKind, ...]
    legal_basis: str

    @property
    def may_be_sold(self) -> bool:
        return not self.missing

    @property
    def method_names(self) -> list[str]:
        """The lawful payment methods as a shopper knows them, where they are not all."""
        return [str(code.label) for code in PaymentCode if self.methods is not None and code in self.methods]

    @property
    def missing_names(self) -> list[str]:
        return [str(kind.label) for kind in self.missing]


def load_goods_rules(product_ids: Iterable[int], *, on: date) -> dict[int, GoodsRule]:
    """The rules of products on a day, by product id; a product whose set has no policy is absent. Three queries."""
    rows = Product.objects.filter(pk__in=list(product_ids)).order_by()
    return rules_of(rows.values_list("pk", "producer_id", "product_set_id"), on=on)


def rules_of(products: Iterable[tuple[int, int, int | None]], *, on: date) -> dict[int, GoodsRule]:
    """The same for products whose (id, producer's id, product set's id) are known: one query less."""
    policies = {policy.product_set_id: policy for policy in GoodsPolicy.objects.in_force_on(on).order_by("valid_from")}
    if not policies:
        return {}
    bound = [(pk, producer_id, set_id) for pk, producer_id, set_id in products if set_id in policies]
    if not bound:
        return {}
    documents = list(SellerDocument.objects.valid_on(on).filter(producer__in={row[1] for row in bound}))
    return {
        pk: _rule(policies[set_id], pk, [each for each in documents if each.producer_id == producer_id])
        for pk, producer_id, set_id in bound
    }


def load_goods_rule(*, product_id: int, producer_id: int, set_code: str, on: date) -> GoodsRule | None:
    """The rule of one product on a day, None where its set has no policy. One query, two where it has."""
    policy = GoodsPolicy.objects.in_force_on(on).filter(product_set__code=set_code).order_by("-valid_from").first()
    if policy is None:
        return None
    return _rule(policy, product_id, list(SellerDocument.objects.valid_on(on).filter(producer=producer_id)))


def last_lawful_days(product_ids: Iterable[int]) -> dict[int, date | None]:
    """The last day on which each product may be sold by the policies and documents on record, by product id.

    A product that may be sold without an end is absent; None is one that may never be. Three queries. Days before
    that on which a document is missing are not told: what is asked of a certain day, ``load_goods_rules`` answers.
    """
    policies: dict[int, list[GoodsPolicy]] = {}
    for policy in GoodsPolicy.objects.order_by("valid_from", "pk"):
        policies.setdefault(policy.product_set_id, []).append(policy)
    if not policies:
        return {}
    products = list(
        Product.objects.filter(pk__in=list(product_ids), product_set__in=list(policies))
        .order_by()
        .values_list("pk", "producer_id", "product_set_id")
    )
    if not products:
        return {}
    documents = list(SellerDocument.objects.filter(producer__in={row[1] for row in products}))
    last_days = {}
    for pk, producer_id, set_id in products:
        held = [each for each in documents if each.producer_id == producer_id and each.product_id in (None, pk)]
        last_day = _last_day(policies[set_id], held, is_lawful=_judge(policies[set_id], pk, held))
        if last_day != LAST_OF_ALL_DAYS:
            last_days[pk] = last_day
    return last_days


def _judge(policies: Sequence[GoodsPolicy], product_id: int, held: Sequence[SellerDocument]) -> Callable[[date], bool]:
    def is_lawful(day: date) -> bool:
        in_force = [policy for policy in policies if policy.holds_on(day)]
        valid = [document for document in held if document.is_valid_on(day)]
        return not in_force or _rule(in_force[-1], product_id, valid).may_be_sold

    return is_lawful


def _last_day(
    policies: Sequence[GoodsPolicy], held: Sequence[SellerDocument], *, is_lawful: Callable[[date], bool]
) -> date | None:
    """The latest of the days on which something can change for the worse that is still lawful."""
    ends = {document.valid_until for document in held if document.valid_until is not None}
    for policy in policies:
        if policy.valid_from > date.min:
            ends.add(policy.valid_from - timedelta(days=1))
        if policy.valid_until is not None:
            ends.add(policy.valid_until)
    return next((day for day in sorted({LAST_OF_ALL_DAYS, *ends}, reverse=True) if is_lawful(day)), None)


def _rule(policy: GoodsPolicy, product_id: int, documents: Iterable[SellerDocument]) -> GoodsRule:
    """What a policy means for a product whose seller holds these documents, all valid on the day."""
    has = {document.kind for document in documents if document.product_id in (None, product_id)}
    return GoodsRule(
        minimum_age=policy.minimum_age,
        methods=None if policy.methods is None else frozenset(policy.methods),
        missing=tuple(DocumentKind(kind) for kind in policy.documents if kind not in has),
        legal_basis=policy.legal_basis,
    )
