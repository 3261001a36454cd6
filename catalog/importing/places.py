"""Names in a file that must be known: provinces, former provinces, product sets."""

from collections.abc import Iterator

from catalog.models import FormerProvince, ProductSet, Province
from catalog.models.fields import name_key

from .faults import Fault
from .rows import RawRow, Row


class Vocabulary:
    """Everything a row may name, read once."""

    def __init__(self) -> None:
        self.provinces = {province.name_key: province for province in Province.objects.all()}
        self.former = {former.name_key: former for former in FormerProvince.objects.select_related("province")}
        self.product_sets = {product_set.code: product_set for product_set in ProductSet.objects.all()}

    def faults(self, raw: RawRow) -> Iterator[Fault]:
        """Names that are not known; of empty ones others have spoken."""
        product_set = raw.values.get("product_set")
        if product_set and product_set not in self.product_sets:
            yield raw.fault("product_set", f"unknown product set “{product_set}”")
        name = raw.values.get("province")
        province = self.provinces.get(name_key(name)) if name else None
        if name and province is None:
            former = self.former.get(name_key(name))
            hint = f"; it belongs to {former.province.name} now, and may stand in former_province" if former else ""
            yield raw.fault("province", f"unknown province “{name}”{hint}")
        if former_name := raw.values.get("former_province"):
            yield from self._former_faults(raw, former_name, province)

    def _former_faults(self, raw: RawRow, name: str, province: Province | None) -> Iterator[Fault]:
        former = self.former.get(name_key(name))
        home = former.province if former else self.provinces.get(name_key(name))
        if home is None:
            yield raw.fault("former_province", f"unknown former province “{name}”")
        elif province is not None and home.pk != province.pk:
            yield raw.fault("former_province", f"{name} belongs to {home.name}, not {province.name}")

    def province(self, row: Row) -> Province:
        return self.provinces[row.key[2]]

    def former_province(self, row: Row) -> FormerProvince | None:
        """None where the name is the province's own and stands for the whole of it, as of one that never merged."""
        return self.former.get(name_key(row.former_province)) if row.former_province else None

    def product_set(self, row: Row) -> ProductSet:
        return self.product_sets[row.product_set]
