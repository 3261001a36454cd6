"""What an officer asks of the list of certificates, in the address of the page, and the certificates it asks for."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules, subjects
from ocop_badges.models import Certificate, Regulation
from ocop_badges.models.certificates import CertificateQuerySet
from ocop_badges.officers import Mandate
from ocop_badges.rules import Status

from .scope import certificates_of
from .wording import IN_FORCE, LAPSED, STATUS_CHOICES, UNRENEWED, stars_of

STATUSES = {IN_FORCE: (Status.VALID, Status.SUSPENDED), UNRENEWED: (Status.VALID, Status.SUSPENDED)}
SORTS: Mapping[str, tuple[str, ...]] = {
    "ends": ("effective_until", "id"),
    "ends-last": ("-effective_until", "-id"),
    "newest": ("-valid_from", "-id"),
    "product": (f"product__{subjects.PRODUCT_NAME_KEY}", "id"),
}
SORT_NAMES: Mapping[str, str | Promise] = {
    "ends": _("what ends first"),
    "ends-last": _("what ends last"),
    "newest": _("newest first"),
    "product": _("by product"),
}
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class DayInput(forms.DateInput):
    """The browser's own date field: one meaning in every language, and made for thumbs."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=DayInput(), input_formats=DAY_FORMATS
    )


class FilterForm(forms.Form):
    """The filters of the list. Its choices are what the mandate holds."""

    q = forms.CharField(
        label=_("Product, producer, decision or id"), required=False, max_length=200, strip=True,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Status today"), required=False)
    stars = forms.TypedChoiceField(label=_("Stars"), required=False, coerce=int, empty_value=None)
    product_set = forms.ChoiceField(label=_("Product set"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    ends_from = day_field(_("Ends on or after"), required=False)
    ends_to = day_field(_("Ends on or before"), required=False)
    window = forms.BooleanField(label=_("Re-ranking window open now"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORT_NAMES.items()))

    def __init__(self, data: Any, *, mandate: Mandate) -> None:
        super().__init__(data)
        self.mandate = mandate
        everything = [("", _("all"))]
        self._choose("status", [*everything, *STATUS_CHOICES.items()])
        numbers = range(rules.MIN_STARS, rules.MAX_STARS + 1)
        self._choose("stars", [*everything, *((str(stars), stars_of(stars)) for stars in numbers)])
        sets = self._held(subjects.PRODUCT_SET_CODE, subjects.PRODUCT_SET_NAME)
        self._choose("product_set", [*everything, *sets])
        if len(mandate.provinces) == 1 and not mandate.is_national:
            del self.fields["province"]
        else:
            self._choose("province", [*everything, *self._held(subjects.PROVINCE_CODE, "province__name")])
        province = self.data.get("province", "").replace("\x00", "")
        if mandate.is_national and not province:
            del self.fields["commune"]  # thousands: asked within a province
        else:
            within = Q((f"product__{subjects.PROVINCE_CODE}", province)) if province else Q()
            self._choose("commune", [*everything, *self._held("commune_id", subjects.COMMUNE_NAME, within)])

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)

    def _held(self, key: str, name: str, within: Q | None = None) -> list[tuple[str, str]]:
        """What the certificates of the mandate have there. One query."""
        rows = (
            certificates_of(self.mandate)
            .filter(within or Q(), **{f"product__{key}__isnull": False})
            .order_by(f"product__{name}", f"product__{key}")
            .values_list(f"product__{key}", f"product__{name}")
            .distinct()
        )
        return [(str(value), label) for value, label in rows]


def with_renewed(certificates: CertificateQuerySet, *, day: date) -> CertificateQuerySet:
    """With ``is_renewed``: a later certificate that is on record already but has not begun on ``day``."""
    later = Certificate.objects.filter(product=OuterRef("product"), valid_from__gt=day).filter(
        Q(valid_from__gt=OuterRef("valid_from")),
        Q(revocation__isnull=True) | Q(revocation__effective_on__gte=F("valid_from")),
    )
    return certificates.annotate(is_renewed=Exists(later))


def open_window(day: date) -> tuple[date, date] | None:
    """The ends of certificates whose re-ranking window is open on a day: from, to; None where no regulation says."""
    regulation = Regulation.objects.in_force_on(day).first()
    if regulation is None or regulation.renewal_days is None:
        return None
    opens_days, closes_days = regulation.renewal_days
    return day + timedelta(days=closes_days), day + timedelta(days=opens_days)


def find(mandate: Mandate, asked: Mapping[str, Any], *, day: date) -> CertificateQuerySet:
    """The certificates asked for, with ``status``, ``effective_until`` and ``is_renewed``, in a total order.

    ``asked`` is the cleaned data of a ``FilterForm``; what is missing from it lets everything through.
    """
    found = with_renewed(certificates_of(mandate), day=day).with_status_on(day)
    for word in subjects.name_key(asked.get("q") or "").split():
        found = found.filter(
            Q((f"product__{subjects.PRODUCT_NAME_KEY}__contains", word))
            | Q((f"product__{subjects.PRODUCER_NAME_KEY}__contains", word))
            | Q(decision_number__icontains=asked["q"].strip())
            | Q(public_id=word)
        )
    exact = {
        "stars": "stars",
        "product_set": f"product__{subjects.PRODUCT_SET_CODE}",
        "province": f"product__{subjects.PROVINCE_CODE}",
        "commune": "product__commune_id",
        "ends_from": "effective_until__gte",
        "ends_to": "effective_until__lte",
    }
    found = found.filter(**{lookup: asked[name] for name, lookup in exact.items() if asked.get(name)})
    if status := asked.get("status"):
        found = found.filter(_has_status(status))
    if asked.get("window"):
        ends = open_window(day)
        found = found.filter(_has_status(UNRENEWED), valid_until__range=ends) if ends else found.none()
    return found.order_by(*SORTS[asked.get("sort") or "ends"])


def _has_status(status: str) -> Q:
    if status == LAPSED:
        return Q(("status", Status.EXPIRED), ("is_renewed", False))
    if status == UNRENEWED:
        return Q(("status__in", STATUSES[status]), ("is_renewed", False))
    return Q(("status__in", STATUSES.get(status, (status,))))


def typed(request: HttpRequest) -> str:
    """The text that a search for products was asked, of a length and in characters that a database takes."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def find_products(products: "QuerySet[Any]", text: str) -> "QuerySet[Any]":
    """Products by name, producer, slug or id, typed with accents or without; by name."""
    for word in subjects.name_key(text).split():
        products = products.filter(
            Q((f"{subjects.PRODUCT_NAME_KEY}__contains", word))
            | Q((f"{subjects.PRODUCER_NAME_KEY}__contains", word))
            | Q(slug=word)
            | Q(public_id=word)
        )
    return products.order_by(subjects.PRODUCT_NAME_KEY, "id")
