"""A certification file as its producer sees it: where it lies, what comes next, what may be done."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer, Product
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.deadlines import Deadline, deadlines_of, load_clockwork
from ocop_badges.dossiers.models import Dossier, DossierKind
from ocop_badges.dossiers.rules import Act, State
from ocop_badges.rules import MAX_STARS, MIN_STARS, Status

from .standing import Standing

LABELS: dict[State, str | Promise] = {
    State.DRAFT: _("You prepare it"),
    State.COMMUNE_CHECK: _("The commune checks it"),
    State.COUNCIL: _("The provincial council scores it"),
    State.MINISTRY: _("The Ministry's council scores it"),
    State.DECIDED: _("Decided"),
}


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step of the line; ``place`` is done, here or ahead."""

    label: str | Promise
    place: str


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file with what its page shows of its way. ``deadlines`` are those of the step where it lies."""

    dossier: Dossier
    deadlines: list[Deadline]

    @property
    def can_edit(self) -> bool:
        return rules.refusal_of(Act.EDIT, self.dossier.place) is None

    @property
    def can_withdraw(self) -> bool:
        return rules.refusal_of(Act.WITHDRAW, self.dossier.place) is None

    @property
    def is_returned(self) -> bool:
        return self.dossier.place is State.RETURNED

    @property
    def progress(self) -> list[ProgressStep]:
        """Empty for a withdrawn file. A returned one lies with its producer again."""
        place = State.DRAFT if self.dossier.place is State.RETURNED else self.dossier.place
        way = [State.DRAFT, State.COMMUNE_CHECK, State.COUNCIL, State.DECIDED]
        if self.dossier.target_stars == MAX_STARS or self.dossier.sent_to_ministry_on:
            way.insert(3, State.MINISTRY)
        if place not in way:
            return []
        here = way.index(place)
        is_over = place is State.DECIDED
        return [
            ProgressStep(LABELS[state], "done" if at < here or is_over else "here" if at == here else "ahead")
            for at, state in enumerate(way)
        ]


def files_of(producer: Producer) -> Any:
    """The files of a producer, the newest first. What each page of files starts from."""
    return (
        Dossier.objects.filter(product__producer=producer)
        .select_related("product__product_set", "regulation", "replaces", "issued")
        .order_by("-opened_at", "-id")
    )


def with_deadlines(dossier: Dossier) -> OpenFile:
    return OpenFile(dossier, deadlines_of(dossier, load_clockwork()))


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of file that a product may begin today."""

    kind: str
    target_stars: int
    label: str | Promise

    @property
    def value(self) -> str:
        return f"{self.kind}-{self.target_stars}"


def choices_for(standing: Standing) -> list[Choice]:
    """What a product may ask for as it stands: the same stars again, more, or a first certificate."""
    certificate = standing.certificate
    if certificate is None or standing.status in (Status.EXPIRED, Status.REVOKED):
        return [
            Choice(DossierKind.FIRST.value, stars, _("First certificate")) for stars in range(MIN_STARS, MAX_STARS + 1)
        ]
    renewal = Choice(DossierKind.RENEWAL.value, certificate.stars, _("Renewal: the same stars again"))
    more = range(certificate.stars + 1, MAX_STARS + 1)
    return [renewal, *(Choice(DossierKind.UPGRADE.value, stars, _("Upgrade: more stars")) for stars in more)]


def product_of(producer: Producer, public_id: str) -> Product | None:
    return Product.objects.filter(producer=producer, public_id=public_id).select_related("product_set").first()
