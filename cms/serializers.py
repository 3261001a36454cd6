"""The shapes of stories and bundles in the API, for its schema. Answers are built from values, not through these."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers


class CmsMoneySerializer(serializers.Serializer):
    amount = serializers.IntegerField(help_text="Whole đồng.")
    currency = serializers.ChoiceField(choices=["VND"])

    class Meta:
        ref_name = "Money"


class PictureValueSerializer(serializers.Serializer):
    src = serializers.URLField()
    alt = serializers.CharField(allow_blank=True)


class BadgeOfTodaySerializer(serializers.Serializer):
    stars = serializers.IntegerField(min_value=3, max_value=5)
    valid_until = serializers.DateField(help_text="The last day with these stars.")
    certificate = serializers.CharField()
    image = serializers.URLField()
    verify = serializers.URLField()


class NamedSlugSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class ProductCardSerializer(serializers.Serializer):
    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()
    producer = NamedSlugSerializer()
    price = CmsMoneySerializer(allow_null=True)
    in_stock = serializers.BooleanField()
    image = PictureValueSerializer(allow_null=True)
    badge = BadgeOfTodaySerializer(allow_null=True)


class _BlockSerializer(serializers.Serializer):
    type = serializers.CharField()


class HeadingBlockSerializer(_BlockSerializer):
    text = serializers.CharField()


class ParagraphBlockSerializer(_BlockSerializer):
    html = serializers.CharField()


class ImageBlockSerializer(_BlockSerializer):
    image = PictureValueSerializer()
    caption = serializers.CharField(allow_blank=True)


class QuoteBlockSerializer(_BlockSerializer):
    text = serializers.CharField()
    who = serializers.CharField(allow_blank=True)


class CaptionedPictureSerializer(serializers.Serializer):
    image = PictureValueSerializer()
    caption = serializers.CharField(allow_blank=True)


class GalleryBlockSerializer(_BlockSerializer):
    pictures = CaptionedPictureSerializer(many=True)


class PlaceAndPeopleBlockSerializer(_BlockSerializer):
    place = serializers.CharField()
    people = serializers.CharField(allow_blank=True)
    html = serializers.CharField()
    image = PictureValueSerializer(allow_null=True)


class ProductsBlockSerializer(_BlockSerializer):
    title = serializers.CharField(allow_blank=True)
    products = ProductCardSerializer(many=True)


class StarsBlockSerializer(_BlockSerializer):
    product = NamedSlugSerializer()
    badge = BadgeOfTodaySerializer()


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


class StorySerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    language = serializers.ChoiceField(choices=["vi", "en"])
    url = serializers.URLField()
    cover = PictureValueSerializer(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class StoryDetailSerializer(StorySerializer):
    body = StoryBlocksField()
    products = ProductCardSerializer(many=True)


class BundledProductSerializer(NamedSlugSerializer):
    url = serializers.URLField(allow_null=True)
    badge = BadgeOfTodaySerializer(allow_null=True)


class BundledPackSerializer(serializers.Serializer):
    sku = serializers.CharField()
    name = serializers.CharField()


class BundleItemSerializer(serializers.Serializer):
    product = BundledProductSerializer()
    pack = BundledPackSerializer()
    quantity = serializers.IntegerField(min_value=1)


class GiftBundleSerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    url = serializers.URLField()
    cover = PictureValueSerializer(allow_null=True)
    price = CmsMoneySerializer(allow_null=True, help_text="Null while one of its packs is not for sale.")
    in_stock = serializers.BooleanField(help_text="Whether a whole bundle can be delivered today.")
    story = serializers.CharField(allow_blank=True, help_text="Its heritage, as HTML.")
    items = BundleItemSerializer(many=True)
    all_certified = serializers.BooleanField(help_text="Whether every product in it has stars today.")
    published_at = serializers.DateTimeField(allow_null=True)


def list_of(serializer: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of a list: ``count``, ``next``, ``previous``, ``results``."""
    fields: dict[str, Any] = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": serializer(many=True),
    }
    return type(f"{serializer.__name__.removesuffix('Serializer')}ListSerializer", (serializers.Serializer,), fields)
