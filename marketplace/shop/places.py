"""Vietnamese addresses in two tiers: a province by its code, a commune by its code or its name there."""

import re
from datetime import date

from django.db.models import QuerySet

from catalog.models import Commune, Province
from catalog.models.places import bare_name
from catalog.search.folding import fold, normalise

_KIND_OF_PROVINCE = re.compile(r"^(?:thanh pho |tinh |tp\. ?|tp )")
_DASH = re.compile(r" ?[-‐‑–—] ?")


def provinces() -> QuerySet[Province]:
    return Province.objects.order_by("name_key", "pk")


def communes_of(province: Province, *, on: date) -> list[Commune]:
    """What an address in a province can name on a day; while no list is on record, what the catalogue knows."""
    listed = list(Commune.objects.current_in(province, on=on))
    return listed or list(Commune.objects.filter(province=province).order_by("name", "pk"))


class Places:
    """Looks up what people write for places on a day; provinces, and each one's communes, are read once."""

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._provinces: dict[str, Province] | None = None
        self._communes: dict[int, list[Commune]] = {}
        self._has_asked_by_codes = False

    def province(self, text: str) -> Province | None:
        """By code, or by name without regard to case, accents and its kind."""
        if self._provinces is None:
            found = list(provinces())
            self._provinces = {_plain_province(province.name): province for province in found}
            self._provinces |= {province.code: province for province in found}
        wanted = text.strip()
        return self._provinces.get(wanted.zfill(2)) or self._provinces.get(_plain_province(wanted))

    def by_codes(self, province_code: str, code: str) -> Commune | None:
        """The commune of these codes, of the first address alone: of many, one is found faster among all communes."""
        if self._has_asked_by_codes or not (province_code.isdigit() and code.isdigit()):
            return None
        self._has_asked_by_codes = True
        found = Commune.objects.listed_on(self._on).filter(code=code, province__code=province_code)
        return found.select_related("province").order_by().first()

    def communes(self, province: Province) -> list[Commune]:
        if province.pk not in self._communes:
            self._communes[province.pk] = communes_of(province, on=self._on)
            for commune in self._communes[province.pk]:
                commune.province = province
        return self._communes[province.pk]

    def commune(self, province: Province, text: str) -> Commune | None:
        """By code or name, with its kind or without; one typed without accents finds the one it can mean."""
        wanted = _written(text)
        if not wanted:
            return None
        if wanted.isdigit():
            wanted = wanted.zfill(5)  # a spreadsheet leaves 00070 as 70
        known = self.communes(province)
        ways = [
            [each for each in known if each.code == wanted],
            [each for each in known if _written(each.name) == wanted],
            [each for each in known if _written(bare_name(each.name)) == _written(bare_name(wanted))],
        ]
        if fold(wanted) == wanted:
            ways.append([each for each in known if fold(_written(bare_name(each.name))) == _plain_bare_name(wanted)])
        found = next((way for way in ways if way), [])
        return found[0] if len(found) == 1 else None


def _written(name: str) -> str:
    """A name in one way of writing: lower case, single spaces, one kind of dash."""
    return _DASH.sub("-", normalise(" ".join(name.split())))


def _plain_province(name: str) -> str:
    """A province's name without case, accents and its kind."""
    return _KIND_OF_PROVINCE.sub("", fold(_written(name)), count=1)


def _plain_bare_name(name: str) -> str:
    """A name typed without accents, without its kind."""
    first, _space, rest = name.partition(" ")
    if first in {"xa", "phuong"}:
        return rest
    return name.removeprefix("dac khu ").removeprefix("thi tran ")
