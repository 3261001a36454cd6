"""The shape of what the API says of products. Answers are built from values; these describe them (OpenAPI)."""

from rest_framework import serializers

from catalog.models import CommuneKind, DocumentKind, NetUnit, OcopType, PaymentCode
from catalog.search.query import MAX_COUNT
from ocop_badges.inspections.models import InspectionConclusion, InspectionKind

Shape = serializers.Serializer[dict[str, object]]


class MoneySerializer(Shape):
    amount = serializers.IntegerField(help_text="In đồng.")
    currency = serializers.ChoiceField(["VND"])


class CodedSerializer(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class ProducerNameSerializer(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()


class ProductPictureSerializer(Shape):
    src = serializers.URLField()
    alt = serializers.CharField()


class BadgeSerializer(Shape):
    """Stars shown today."""

    stars = serializers.IntegerField(min_value=3, max_value=5)
    valid_until = serializers.DateField(help_text="The last day with these stars.")
    certificate = serializers.CharField(help_text="Public id of the certificate.")
    image = serializers.URLField()
    verify = serializers.URLField()


class ProductSerializer(Shape):
    id = serializers.CharField(help_text="Public id: 12 characters, never changed.")
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()
    producer = ProducerNameSerializer()
    province = CodedSerializer()
    industry = CodedSerializer()
    product_set = CodedSerializer()
    price = MoneySerializer(allow_null=True, help_text="The lowest of the packs on sale; null: not for sale.")
    in_stock = serializers.BooleanField(help_text="Whether a pack on sale can be sold today.")
    image = ProductPictureSerializer(allow_null=True)
    badge = BadgeSerializer(allow_null=True)


class StarsFacetSerializer(Shape):
    value = serializers.IntegerField()
    count = serializers.IntegerField()


class CodeFacetSerializer(Shape):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field, not the property
    count = serializers.IntegerField()


class FacetsSerializer(Shape):
    stars = StarsFacetSerializer(many=True)
    province = CodeFacetSerializer(many=True)
    industry = CodeFacetSerializer(many=True)
    product_set = CodeFacetSerializer(many=True)


class PageSerializer(Shape):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ProductListSerializer(PageSerializer):
    count_relation = serializers.ChoiceField(
        ["eq", "gte"], help_text=f"`gte`: there are more than `count`, which then is {MAX_COUNT}."
    )
    facets = FacetsSerializer(required=False)
    results = ProductSerializer(many=True)


class SuggestionSerializer(Shape):
    text = serializers.CharField()
    slug = serializers.CharField()


class SuggestionListSerializer(PageSerializer):
    results = SuggestionSerializer(many=True)


class NetContentSerializer(Shape):
    value = serializers.FloatField()
    unit = serializers.ChoiceField(NetUnit.values)


class PackSerializer(Shape):
    sku = serializers.CharField()
    name = serializers.CharField()
    net_content = NetContentSerializer(allow_null=True)
    price = MoneySerializer(allow_null=True, help_text="Null: not for sale.")
    in_stock = serializers.BooleanField()
    gtin = serializers.CharField(allow_null=True)


class SellerSerializer(Shape):
    legal_name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    registration_number = serializers.CharField(allow_blank=True)


class QualityCertificateSerializer(Shape):
    name = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    valid_until = serializers.DateField()


class BundleLinkSerializer(Shape):
    slug = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()


class SeasonSerializer(Shape):
    from_month = serializers.IntegerField(min_value=1, max_value=12)
    to_month = serializers.IntegerField(min_value=1, max_value=12)


class CapacitySerializer(Shape):
    value = serializers.FloatField()
    unit = serializers.CharField(allow_blank=True)
    per = serializers.ChoiceField(["year"])


class SupplySerializer(Shape):
    season = SeasonSerializer(allow_null=True, help_text="Null: all year, or not known.")
    capacity = CapacitySerializer(allow_null=True)


class PublicInspectionSerializer(Shape):
    """A concluded check after certification."""

    kind = serializers.ChoiceField(InspectionKind.values)
    carried_out_on = serializers.DateField()
    conclusion = serializers.ChoiceField(InspectionConclusion.values)
    open_findings = serializers.IntegerField(min_value=0, help_text="Findings not mended today.")


class SaleConditionsSerializer(Shape):
    """What the law asks of the sale of such goods today."""

    minimum_age = serializers.IntegerField(allow_null=True, help_text="Of the buyer, in years.")
    payment_methods = serializers.ListField(
        child=serializers.ChoiceField(PaymentCode.values), allow_null=True, help_text="Null: all."
    )
    missing_documents = serializers.ListField(
        child=serializers.ChoiceField(DocumentKind.values),
        help_text="What the seller lacks; while there is any, the product is not for sale.",
    )
    legal_basis = serializers.CharField()


class ProductDetailSerializer(ProductSerializer):
    description = serializers.CharField(allow_blank=True)
    images = ProductPictureSerializer(many=True)
    packs = PackSerializer(many=True)
    origin = serializers.CharField(help_text="Where it comes from, at least commune and province.")
    ingredients = serializers.CharField(allow_blank=True)
    storage = serializers.CharField(allow_blank=True)
    shelf_life_days = serializers.IntegerField(allow_null=True)
    seller = SellerSerializer()
    return_policy = serializers.CharField(allow_blank=True)
    certificates = QualityCertificateSerializer(many=True, help_text="Beside the stars; those valid today.")
    story = serializers.URLField(allow_null=True)
    bundles = BundleLinkSerializer(many=True)
    supply = SupplySerializer()
    conditions = SaleConditionsSerializer(allow_null=True, help_text="Null: none beyond those of all goods.")
    rating = serializers.JSONField(allow_null=True)
    inspections = PublicInspectionSerializer(many=True, help_text="The ten latest that were concluded.")


class ProducerSerializer(ProducerNameSerializer):
    url = serializers.URLField()
    type = serializers.ChoiceField(OcopType.values)
    province = CodedSerializer()
    product_count = serializers.IntegerField()


class ProducerListSerializer(PageSerializer):
    results = ProducerSerializer(many=True)


class ProducerDetailSerializer(ProducerSerializer):
    id = serializers.CharField(help_text="Public id: 12 characters, never changed.")
    commune = serializers.CharField(allow_blank=True)
    seller = SellerSerializer()
    website = serializers.CharField(allow_blank=True)
    story = serializers.CharField(allow_blank=True)


class ProvinceSerializer(CodedSerializer):
    former_names = serializers.ListField(child=serializers.CharField())
    product_count = serializers.IntegerField()


class ProvinceListSerializer(PageSerializer):
    results = ProvinceSerializer(many=True)


class CommuneSerializer(CodedSerializer):
    kind = serializers.ChoiceField(CommuneKind.values)


class CommuneListSerializer(PageSerializer):
    results = CommuneSerializer(many=True)


class ProductSetSerializer(CodedSerializer):
    industry = CodedSerializer()
    product_count = serializers.IntegerField()


class ProductSetListSerializer(PageSerializer):
    results = ProductSetSerializer(many=True)
