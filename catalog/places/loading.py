"""Put a dated list of communes on record."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Cast, Concat

from catalog.models import Commune, CommuneList, Product, Province
from catalog.models.fields import name_key
from catalog.models.places import bare_name
from catalog.search.indexing import refresh_listings
from ocop_badges.errors import DomainError

from .reading import OWN_LISTS, CommuneLine, day_of_file, read_communes

BATCH = 500
_WRITTEN = ("province", "name", "name_key", "kind", "code", "valid_from", "valid_until")


@dataclass(slots=True)
class Loaded:
    """How many units were new, known from products' files alone, changed, ended, and as before.

    ``told`` has a line for each that is new, changed or ended.
    """

    new: int = 0
    recognised: int = 0
    changed: int = 0
    ended: int = 0
    same: int = 0
    told: list[str] = field(default_factory=list)


class _Stored:
    """What is on record, by the ways a line may name it.

    Two communes of a province may differ in accents alone (xã Ba Tô, xã Ba Tơ): a name in another spelling counts only
    where a single line can be meant.
    """

    def __init__(self, lines: Sequence[CommuneLine]) -> None:
        codes = {line.code for line in lines}
        self._spellings = Counter(_folded(line.province.pk, line.name) for line in lines)
        self._spellings.update(_folded(line.province.pk, bare_name(line.name)) for line in lines)
        self.left: dict[int, Commune] = {}  # that no line has meant so far
        self._by_code: dict[str, Commune] = {}
        self._by_name: dict[tuple[int, str], Commune] = {}
        on_record = Commune.objects.select_for_update(of=("self",)).select_related("province")
        for commune in on_record.order_by("-pk"):  # of two of one name the older stays
            self.left[commune.pk] = commune
            if commune.code in codes:
                self._by_code[str(commune.code)] = commune
            else:
                self._by_name[_folded(commune.province_id, commune.name)] = commune
                self._by_name[_exact(commune.province_id, commune.name)] = commune

    def take(self, line: CommuneLine) -> Commune | None:
        """The unit of a line, once: of its code, else of its name in the province, with its kind or without."""
        if (known := self._by_code.get(line.code)) is not None:
            del self.left[known.pk]
            return known
        place = line.province.pk
        names = (line.name, bare_name(line.name))
        keys = [_exact(place, name) for name in names]
        keys += [key for key in (_folded(place, name) for name in names) if self._spellings[key] == 1]
        found = next((self._by_name[key] for key in keys if key in self._by_name), None)
        if found is not None:
            self._by_name = {key: each for key, each in self._by_name.items() if each is not found}
            del self.left[found.pk]
        return found


def _exact(province_id: int, name: str) -> tuple[int, str]:
    return province_id, " ".join(name.casefold().split())


def _folded(province_id: int, name: str) -> tuple[int, str]:
    return province_id, name_key(name)


def latest_list() -> date | None:
    """The first day of the latest list on record."""
    latest: date | None = CommuneList.objects.aggregate(day=Max("valid_from"))["day"]
    return latest


def lists_to_load() -> list[Path]:
    """The shop's own lists from the latest on record on, which may have been mended since; oldest first."""
    latest = latest_list()
    return [path for path in OWN_LISTS if latest is None or day_of_file(path) >= latest]


def load_own_lists() -> None:
    """Load those of the shop's own lists that no later one on record makes obsolete."""
    for path in lists_to_load():
        with path.open(encoding="utf-8") as file:
            load_communes(lines=read_communes(file), since=day_of_file(path))


@transaction.atomic
def load_communes(*, lines: Sequence[CommuneLine], since: date) -> Loaded:
    """Make these the communes there are from a day on; those of the list before that it lacks end on the day before.

    A unit keeps its row, and with it its products and orders, while its code or its name in the province stays; one of
    former times whose name another gets is told apart by "(trước 01/01/2027)". Raises ``DomainError`` where a later
    list is on record, and where the list has no unit of a province that has some. Loading the same list again changes
    nothing.
    """
    latest = latest_list()
    if latest is not None and latest > since:
        raise DomainError(f"a list from {latest:%d/%m/%Y} is on record already", code="older-list")
    _refuse_a_part(lines)
    stored = _Stored(lines)
    loaded = Loaded()
    new: list[Commune] = []
    changed: list[Commune] = []
    renamed: list[Commune] = []
    for line in lines:
        commune = stored.take(line)
        if commune is None:
            new.append(
                Commune(province=line.province, name=line.name, kind=line.kind, code=line.code, valid_from=since)
            )
            loaded.told.append(f"new: {line.code} {new[-1]}")
            continue
        was_listed, was = commune.code is not None, f"{commune.code or 'no code'} {commune}"
        before = (commune.province_id, commune.name)
        if not _take(commune, line, since=since):
            loaded.same += 1
            continue
        changed.append(commune)
        loaded.told.append(f"changed: {was} → {commune.code} {commune}")
        if (commune.province_id, commune.name) != before:
            renamed.append(commune)
        loaded.changed += was_listed
        loaded.recognised += not was_listed
    ended = _end_absent(stored.left.values(), since=since)
    loaded.told += [f"ended: {commune}" for commune in ended]
    yielding = _make_way(lines, stored.left.values(), since=since)
    renamed += yielding
    _set_aside(renamed)
    written = {commune.pk: commune for commune in (*changed, *ended, *yielding)}
    Commune.objects.bulk_update(written.values(), _WRITTEN, batch_size=BATCH)
    Commune.objects.bulk_create(new, batch_size=BATCH)
    _refresh(renamed)
    CommuneList.objects.get_or_create(valid_from=since)
    loaded.new, loaded.ended = len(new), len(ended)
    return loaded


def _take(commune: Commune, line: CommuneLine, *, since: date) -> bool:
    """Make a stored unit what a line says; whether that changed anything."""
    before = _state(commune)
    if commune.valid_from is None or commune.valid_until is not None:
        commune.valid_from = since
    commune.province, commune.code, commune.kind = line.province, line.code, line.kind
    commune.name, commune.name_key = line.name, name_key(bare_name(line.name))
    commune.valid_until = None
    return before != _state(commune)


def _state(commune: Commune) -> list[object]:
    return [getattr(commune, "province_id" if name == "province" else name) for name in _WRITTEN]


def _refuse_a_part(lines: Iterable[CommuneLine]) -> None:
    """A file that was cut off would end the communes of all the provinces it does not come to."""
    meant = {line.province.pk for line in lines}
    in_force = Commune.objects.filter(code__isnull=False, valid_until=None)
    lacking = Province.objects.filter(pk__in=in_force.values("province")).exclude(pk__in=meant).order_by("code")
    if names := ", ".join(province.name for province in lacking):
        raise DomainError(f"the list has no unit of {names}: is it whole?", code="part-of-a-list", status=400)


def _end_absent(left: Iterable[Commune], *, since: date) -> list[Commune]:
    """The units that the new list lacks, each at its end: one of a list of that same day was never one."""
    absent = []
    for commune in left:
        if commune.code is None or commune.valid_until is not None:
            continue
        if commune.valid_from == since:
            commune.code, commune.valid_from = None, None
        else:
            commune.valid_until = since - timedelta(days=1)
        absent.append(commune)
    return absent


def _make_way(lines: Iterable[CommuneLine], left: Iterable[Commune], *, since: date) -> list[Commune]:
    """Units of former times whose names others have in the list, with names that say so."""
    wanted = {(line.province.pk, line.name) for line in lines}
    yielding = [commune for commune in left if (commune.province_id, commune.name) in wanted]
    for commune in yielding:
        commune.name = f"{commune.name} (trước {since:%d/%m/%Y})"
    return yielding


def _set_aside(communes: Iterable[Commune]) -> None:
    """Free the names of units that get another, so that two can swap theirs."""
    ids = [commune.pk for commune in communes]
    Commune.objects.filter(pk__in=ids).update(
        name=Concat(Value("~"), Cast(F("pk"), CharField()), output_field=CharField())
    )


def _refresh(renamed: Iterable[Commune]) -> None:
    ids = [commune.pk for commune in renamed]
    if ids:
        refresh_listings(list(Product.objects.filter(commune__in=ids).order_by("pk").values_list("pk", flat=True)))
