"""The shapes of stories and bundles in the API, for its schema. Answers are built from values, not through these."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from catalog.api.schema import (
    BadgeSerializer,
    MoneySerializer,
    PageSerializer,
    ProductPictureSerializer,
    ProductSerializer,
    Shape,
)


class _BlockSerializer(Shape):
    type = serializers.CharField()


class HeadingBlockSerializer(_BlockSerializer):
    text = serializers.CharField()


class ParagraphBlockSerializer(_BlockSerializer):
    html = serializers.CharField()


class ImageBlockSerializer(_BlockSerializer):
    image = ProductPictureSerializer()
    caption = serializers.CharField(allow_blank=True)


class QuoteBlockSerializer(_BlockSerializer):
    text = serializers.CharField()
    who = serializers.CharField(allow_blank=True)


class CaptionedPictureSerializer(Shape):
    image = ProductPictureSerializer()
    caption = serializers.CharField(allow_blank=True)


class GalleryBlockSerializer(_BlockSerializer):
    pictures = CaptionedPictureSerializer(many=True)


class PlaceAndPeopleBlockSerializer(_BlockSerializer):
    place = serializers.CharField()
    people = serializers.CharField(allow_blank=True)
    html = serializers.CharField()
    image = ProductPictureSerializer(allow_null=True)


class ProductsBlockSerializer(_BlockSerializer):
    title = serializers.CharField(allow_blank=True)
    products = ProductSerializer(many=True)


class ProductNameSerializer(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()


class StarsBlockSerializer(_BlockSerializer):
    product = ProductNameSerializer()
    badge = BadgeSerializer()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="StoryBlock",
        serializers={
            "heading": HeadingBlockSerializer,
            "paragraph": ParagraphBlockSerializer,
            "image": ImageBlockSerializer,
            "quote": QuoteBlockSerializer,
            "gallery": GalleryBlockSerializer,
            "place_and_people": PlaceAndPeopleBlockSerializer,
            "products": ProductsBlockSerializer,
            "stars": StarsBlockSerializer,
        },
        resource_type_field_name="type",
        many=True,
    )
)
class StoryBlocksField(serializers.ListField):
    pass


class StorySerializer(Shape):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    language = serializers.ChoiceField(choices=["vi", "en"])
    url = serializers.URLField()
    cover = ProductPictureSerializer(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class StoryDetailSerializer(StorySerializer):
    body = StoryBlocksField()
    products = ProductSerializer(many=True)


class BundledProductSerializer(ProductNameSerializer):
    url = serializers.URLField(allow_null=True)
    badge = BadgeSerializer(allow_null=True)


class BundledPackSerializer(Shape):
    sku = serializers.CharField()
    name = serializers.CharField()


class BundleItemSerializer(Shape):
    product = BundledProductSerializer()
    pack = BundledPackSerializer()
    quantity = serializers.IntegerField(min_value=1)


class GiftBundleSerializer(Shape):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    url = serializers.URLField()
    cover = ProductPictureSerializer(allow_null=True)
    price = MoneySerializer(allow_null=True, help_text="Null while one of its packs is not for sale.")
    in_stock = serializers.BooleanField(help_text="Whether a whole bundle can be delivered today.")
    story = serializers.CharField(allow_blank=True, help_text="Its heritage, as HTML.")
    items = BundleItemSerializer(many=True)
    all_certified = serializers.BooleanField(help_text="Whether every product in it has stars today.")
    published_at = serializers.DateTimeField(allow_null=True)


class StoryListSerializer(PageSerializer):
    results = StorySerializer(many=True)


class GiftBundleListSerializer(PageSerializer):
    results = GiftBundleSerializer(many=True)
