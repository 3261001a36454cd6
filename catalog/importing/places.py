"""Names in a file that must be known: provinces, former provinces, product sets."""

from collections.abc import Iterator

from catalog.models import FormerProvince, ProductSet, Province
from catalog.models.fields import name_key

from .faults import Fault
from .rows import Row


class Vocabulary:
    """Everything a row may name, read once."""

    def __init__(self) -> None:
        self.provinces = {province.name_key: province for province in Province.objects.all()}
        self.former = {former.name_key: former for former in FormerProvince.objects.select_related("province")}
        self.product_sets = {product_set.code: product_set for product_set in ProductSet.objects.all()}

    def faults(self, row: Row) -> Iterator[Fault]:
        if row.product_set not in self.product_sets:
            yield row.fault("product_set", f"unknown product set “{row.product_set}”")
        province = self.provinces.get(name_key(row.province))
        if province is None:
            former = self.former.get(name_key(row.province))
            hint = f"; it belongs to {former.province.name} now, and may stand in former_province" if former else ""
            yield row.fault("province", f"unknown province “{row.province}”{hint}")
        if not row.former_province:
            return
        former = self.former.get(name_key(row.former_province))
        if former is None and name_key(row.former_province) not in self.provinces:
            yield row.fault("former_province", f"unknown former province “{row.former_province}”")
        elif province is not None and name_key(row.former_province) != province.name_key:
            home = former.province if former else self.provinces[name_key(row.former_province)]
            if home.pk != province.pk:
                yield row.fault("former_province", f"{row.former_province} belongs to {home.name}, not {province.name}")

    def province(self, row: Row) -> Province:
        return self.provinces[name_key(row.province)]

    def former_province(self, row: Row) -> FormerProvince | None:
        """None where the name is the province's own and stands for the whole of it, as of one that never merged."""
        return self.former.get(name_key(row.former_province)) if row.former_province else None

    def product_set(self, row: Row) -> ProductSet:
        return self.product_sets[row.product_set]
