"""The certificates of generated products: what was decided when, so that each story ends as told on the day."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ocop_badges.models import Regulation, RevocationGround
from ocop_badges.rules import MAX_EXTENSION_DAYS, MIN_STARS, ONE_DAY, CertificateFacts, SuspensionFact, add_months

from .addresses import public_id
from .shares import Story

MONTHS_BACK = 72  # before the day, none is issued
DISTRICTS_ABOLISHED = date(2025, 7, 1)
MINISTRY_RENAMED = date(2025, 3, 1)
CITIES = frozenset({"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"})
_SCORES_IN_TENTHS = {3: (500, 699), 4: (700, 899), 5: (900, 990)}
_SUSPENSION_REASONS = (
    "Kiểm tra đột xuất: hồ sơ tự công bố chất lượng hết hạn",
    "Chờ kết quả kiểm nghiệm lại",
    "Cơ sở tạm ngừng sản xuất để sửa xưởng",
    "Phản ánh của người mua đang được xác minh",
)


@dataclass(frozen=True, slots=True)
class Issuers:
    """Who decides about a product: its district and former province before they went, its province since."""

    province_code: str
    province: str
    former_province: str
    district: str

    def authority(self, *, stars: int, issued_on: date) -> str:
        if stars == 5:
            renamed = issued_on >= MINISTRY_RENAMED
            return f"Bộ Nông nghiệp và {'Môi trường' if renamed else 'Phát triển nông thôn'}"
        if issued_on >= DISTRICTS_ABOLISHED:
            return _committee(self.province)
        if stars == MIN_STARS and self.district:
            return f"UBND huyện {self.district}"
        return _committee(self.former_province or self.province)


@dataclass(slots=True)
class Plan:
    """A certificate to be written, with what happened to it."""

    stars: int
    issued_on: date
    valid_from: date
    valid_until: date
    regulation: Regulation
    public_id: str = ""
    score: Decimal = Decimal(0)
    authority: str = ""
    decision_number: str = ""
    extension_days: int | None = None
    suspension: SuspensionFact | None = None
    suspension_reason: str = ""
    revoked_on: date | None = None
    revocation_ground: str = ""
    revocation_number: str = ""

    def facts(self, *, sequence: int) -> CertificateFacts:
        """As the rules see it. ``sequence`` is the primary key it was written under."""
        extended = self.valid_until + timedelta(days=self.extension_days) if self.extension_days else None
        return CertificateFacts(
            sequence=sequence,
            stars=self.stars,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            extended_until=extended,
            revoked_on=self.revoked_on,
            suspensions=(self.suspension,) if self.suspension else (),
        )


class Registrar:
    """Makes the certificates of one catalogue; products of a province share its decisions."""

    def __init__(self, rng: Random, *, on: date, regulations: Sequence[Regulation]) -> None:
        self._rng = rng
        self._on = on
        self._regulations = regulations
        self._decision_days: dict[str, list[date]] = {}
        self._numbers: dict[tuple[str, date], str] = {}

    def certificates(self, story: Story, *, stars: int, issuers: Issuers) -> list[Plan]:
        """The certificates of a product, in the order of recording."""
        plans = self._plans(story, stars=stars, province=issuers.province_code)
        for plan in plans:
            plan.public_id = public_id(self._rng)
            plan.score = Decimal(self._rng.randint(*_SCORES_IN_TENTHS[plan.stars])) / 10
            plan.authority = issuers.authority(stars=plan.stars, issued_on=plan.issued_on)
            plan.decision_number = self._number(plan.authority, plan.issued_on)
            if plan.revoked_on:
                plan.revocation_ground = self._rng.choice(RevocationGround.values)
                plan.revocation_number = self._number(_committee(issuers.province), plan.revoked_on)
        return plans

    def _plans(self, story: Story, *, stars: int, province: str) -> list[Plan]:
        on, rng = self._on, self._rng
        full_term = add_months(on, -36)  # issued on this day or before: over by now, but for the day itself
        before = max(MIN_STARS, stars - 1)

        def issue(first: date, last: date, stars: int = stars) -> Plan:
            return self._issue(stars, self._decision_day(province, first, last))

        match story:
            case Story.UNCERTIFIED:
                return []
            case Story.VALID:
                return [issue(full_term + ONE_DAY, on)]
            case Story.RENEWED:
                current = issue(add_months(on, -30), add_months(on, -1))
                earlier = issue(
                    add_months(current.issued_on, -41),
                    add_months(current.issued_on, -32),
                    stars if stars < 5 else before,
                )
                return [earlier, current]
            case Story.UPGRADED:
                current = issue(add_months(on, -30), on, max(stars, MIN_STARS + 1))
                earlier = issue(
                    add_months(current.issued_on, -30), add_months(current.issued_on, -12), current.stars - 1
                )
                return [earlier, current]
            case Story.SUCCESSOR_DECIDED:
                current = issue(full_term + ONE_DAY, full_term + timedelta(days=100))
                successor = issue(on - timedelta(days=20), on)
                successor.valid_from = current.valid_until + ONE_DAY
                return [current, successor]
            case Story.EXTENDED:
                plan = issue(full_term - timedelta(days=120), full_term - ONE_DAY)
                plan.extension_days = rng.randint((on - plan.valid_until).days, MAX_EXTENSION_DAYS)
                return [plan]
            case Story.LIFTED:
                plan = issue(add_months(on, -34), add_months(on, -5))
                since = self._day(plan.issued_on + timedelta(days=30), on - timedelta(days=40))
                self._suspend(plan, since, self._day(since + timedelta(days=5), on))
                return [plan]
            case Story.EXPIRED:
                return [issue(add_months(on, -66), full_term - ONE_DAY)]
            case Story.SUSPENDED:
                plan = issue(add_months(on, -34), on - timedelta(days=60))
                lift = on + timedelta(days=rng.randint(1, 30)) if rng.random() < 0.25 else None
                self._suspend(plan, self._day(plan.issued_on + timedelta(days=20), on), lift)
                return [plan]
            case Story.REVOKED:
                plan = issue(add_months(on, -34), on - timedelta(days=90))
                plan.revoked_on = self._day(plan.issued_on + timedelta(days=60), on)
                return [plan]
            case Story.UPCOMING:
                plan = issue(on - timedelta(days=30), on)
                plan.valid_from = on + timedelta(days=rng.randint(1, 60))
                return [plan]

    def _issue(self, stars: int, issued_on: date) -> Plan:
        regulation = next(
            regulation
            for regulation in self._regulations
            if regulation.in_force_from <= issued_on
            and (regulation.in_force_until is None or issued_on <= regulation.in_force_until)
        )
        until = add_months(issued_on, regulation.validity_months)
        return Plan(stars=stars, issued_on=issued_on, valid_from=issued_on, valid_until=until, regulation=regulation)

    def _suspend(self, plan: Plan, since: date, lifted_on: date | None) -> None:
        plan.suspension = SuspensionFact(since, lifted_on)
        plan.suspension_reason = self._rng.choice(_SUSPENSION_REASONS)

    def _decision_day(self, province: str, first: date, last: date) -> date:
        """A day on which the province decides; one more of them where it decides on none between the two."""
        days = self._decision_days.get(province)
        if days is None:
            days = self._decision_days[province] = self._rounds()
        begin, end = bisect_left(days, first), bisect_right(days, last)
        if begin < end:
            return days[self._rng.randrange(begin, end)]
        day = self._day(first, last)
        days.insert(begin, day)
        return day

    def _rounds(self) -> list[date]:
        """Two rounds a year, decided by 30 June and 30 December (26/2026, article 5.1), and a few days besides."""
        days: set[date] = set()
        for year in range(add_months(self._on, -MONTHS_BACK).year, self._on.year + 1):
            for end in (date(year, 6, 30), date(year, 12, 30)):
                days |= {end - timedelta(days=self._rng.randint(0, 45)) for _ in range(3)}
            days |= {date(year, 1, 1) + timedelta(days=self._rng.randint(0, 364)) for _ in range(2)}
        return sorted(day for day in days if day.weekday() < 5)

    def _number(self, authority: str, issued_on: date) -> str:
        key = (authority, issued_on)
        if key not in self._numbers:
            suffix = "QĐ-UBND" if authority.startswith("UBND") else "QĐ-BNNMT"
            self._numbers[key] = f"{self._rng.randint(50, 4_900)}/{suffix}"
        return self._numbers[key]

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self._rng.randint(0, (last - first).days))


def _committee(province: str) -> str:
    return f"UBND {'thành phố' if province in CITIES else 'tỉnh'} {province}"
