from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from .images import ShopImage
from .places import Province
from .producers import Producer
from .product_sets import Industry, ProductSet
from .products import Product


class WordsIndex(GinIndex):
    """A GIN index on PostgreSQL; elsewhere nothing, as the column it is over stays empty."""

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any
    ) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return _NOTHING
        return super().create_sql(model, schema_editor, using=using, **kwargs)

    def remove_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return _NOTHING
        return super().remove_sql(model, schema_editor, **kwargs)


_NOTHING = "SELECT 1"  # the schema editor runs whatever an index answers, so it has to answer some SQL


class Listing(models.Model):
    """What a shopper can find: one row for every published product of a published producer.

    Derived, never edited: ``catalog.search.indexing.refresh_listings`` writes it in the transaction of each change.
    Nothing here depends on the day: stars are joined from the badge periods, stock is kept as the last day on which
    some of it may be sold.
    """

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="listing")
    producer = models.ForeignKey(Producer, on_delete=models.CASCADE, related_name="+")
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="+")
    product_set = models.ForeignKey(ProductSet, on_delete=models.PROTECT, related_name="+")
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, related_name="+")
    name_sort = models.BinaryField(_("alphabetical key"), max_length=600)
    listed_at = models.DateTimeField(_("listed at"))
    price = models.BigIntegerField(_("lowest price on sale, in đồng"), null=True)
    sellable_until = models.DateField(_("last day with something in stock"), null=True)
    image = models.ForeignKey(ShopImage, null=True, on_delete=models.SET_NULL, related_name="+")
    unmarked_image = models.ForeignKey(ShopImage, null=True, on_delete=models.SET_NULL, related_name="+")

    # Words to search, each a line of space-separated words (folded unless said otherwise).
    name_exact = models.TextField()  # lower case with accents, Vietnamese and English
    name_folded = models.TextField()
    name_joined = models.TextField()  # adjacent words of the name run together
    producer_folded = models.TextField()
    place_folded = models.TextField()  # province, commune, former district
    own_former_place_folded = models.TextField()  # the product's own former province
    other_former_place_folded = models.TextField()  # its province's other former names
    kind_folded = models.TextField()  # industry and product set, both languages
    # All of these as lexemes, for PostgreSQL's full text (``catalog.search.engines.lexemes``); empty on other
    # databases, which have indexes of their own.
    words = SearchVectorField(null=True, editable=False)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        indexes = [
            models.Index(fields=["-listed_at", "-product"], name="listing_newest"),
            models.Index(fields=["price", "product"], name="listing_by_price"),
            models.Index(fields=["name_sort", "product"], name="listing_by_name"),
            models.Index(Length("name_folded"), "product", name="listing_by_size"),
            models.Index(fields=["product_set", "-listed_at", "-product"], name="listing_by_product_set"),
            models.Index(fields=["province", "-listed_at", "-product"], name="listing_by_province"),
            models.Index(fields=["industry", "-listed_at", "-product"], name="listing_by_industry"),
            models.Index(fields=["producer", "-listed_at", "-product"], name="listing_by_producer"),
            WordsIndex(fields=["words"], name="listing_words"),
            # What counts and facets read, without the words that make a row wide.
            models.Index(
                fields=["product", "province", "industry", "product_set", "producer", "price", "sellable_until"],
                name="listing_narrow",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product_id)
