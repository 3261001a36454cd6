"""Who may see and keep which certificates: the posts a person holds, as conditions on certificates.

Nothing here names a page or a view; every queryset that an officer reaches goes through a ``Mandate``.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from . import lifecycle
from .errors import DomainError
from .lifecycle import Action, Authority
from .models import OfficerPost, PostRole

_OF_LAW = frozenset(Action) - {Action.SUSPEND, Action.LIFT}  # suspensions are the marketplace's own


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a person's posts allow. Ids are of ``catalog`` rows; nothing at all for who holds no post.

    Officers keep certificates (of the country or of provinces), commune officers read those of their communes and
    check files there, council members score the files of their provinces (``central_council``: five stars).
    """

    is_national: bool = False
    provinces: frozenset[int] = field(default_factory=frozenset)
    communes: frozenset[int] = field(default_factory=frozenset)
    councils: frozenset[int] = field(default_factory=frozenset)
    central_council: bool = False

    @property
    def is_officer(self) -> bool:
        """Keeps certificates, of whatever place."""
        return self.is_national or bool(self.provinces)

    @property
    def is_empty(self) -> bool:
        return not (self.is_officer or self.communes or self.councils or self.central_council)

    def keeps(self, product: str = "product") -> Q:
        """The condition for what an officer acts on, ``product`` being the lookup that leads to the product."""
        if self.is_national:
            return Q()
        return Q(**{f"{product}__province__in" if product else "province__in": sorted(self.provinces)})

    def reads(self, product: str = "product") -> Q:
        """The condition for what a person sees: what they keep, and what is made in their commune."""
        if self.is_national:
            return Q()
        commune = f"{product}__commune__in" if product else "commune__in"
        return self.keeps(product) | Q(**{commune: sorted(self.communes)})

    def judges(self, product: str = "product") -> Q:
        """The condition for what a member of the council scores."""
        if self.central_council:
            return Q()
        return Q(**{f"{product}__province__in" if product else "province__in": sorted(self.councils)})


def mandate_of(user: Any) -> Mandate:
    """The mandate of a user; that of a stranger or an inactive user is empty. One query."""
    if not user.is_authenticated or not user.is_active:
        return Mandate()
    posts = list(OfficerPost.objects.held_by(user))
    return Mandate(
        is_national=user.is_superuser or any(post.role == PostRole.NATIONAL for post in posts),
        provinces=_places(posts, PostRole.PROVINCE, "province_id"),
        communes=_places(posts, PostRole.COMMUNE, "commune_id"),
        councils=_places(posts, PostRole.COUNCIL, "province_id"),
        central_council=any(post.role == PostRole.COUNCIL and post.province_id is None for post in posts),
    )


def check_power(mandate: Mandate, action: Action, *, stars: int) -> None:
    """Raise unless an officer may do an act on so many stars: five are the Ministry's (articles 4.1 and 8)."""
    if not mandate.is_officer:
        raise DomainError("Only an officer of the programme does this.", code="not-an-officer", status=403)
    if stars == 5 and action in _OF_LAW and not mandate.is_national:
        refusal = lifecycle.NATIONAL_ONLY
        raise DomainError(str(refusal), code=refusal.code, status=403)


def usual_authority(stars: int) -> Authority:
    """Who issues so many stars today (article 4.1)."""
    return Authority.MINISTRY if stars == 5 else Authority.PROVINCE


def _places(posts: list[OfficerPost], role: PostRole, attribute: str) -> frozenset[int]:
    ids = (getattr(post, attribute) for post in posts if post.role == role)
    return frozenset(each for each in ids if each is not None)
