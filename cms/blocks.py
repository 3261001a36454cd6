"""What a story, a bundle's heritage text and a storefront's extra page are made of.

The blocks only declare; ``cms.materials`` gathers what they need for a day, ``cms.bodies`` walks them, and their
templates under ``cms/blocks/`` render with the tags of ``cms.templatetags.stories``.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from catalog.models import Product
from ocop_badges.claims import refuse_claims

from .choosers import ProductChooserBlock

# No documents and no embeds: curators have no right to the first, and no page of ours asks another site for the second.
FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]
TOKEN_HELP = _(
    "Never type stars: write [[ocop:ID]] with the product's ID, or use the star block. It shows the stars of the day, "
    "or nothing."
)


def _text(**options: Any) -> dict[str, Any]:
    return {"validators": [refuse_claims], **options}


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(**_text(required=False, max_length=300, label=_("Caption")))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "cms/blocks/picture.html"
        description = _("One picture with its caption")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(**_text(label=_("Quote")))
    who = blocks.CharBlock(**_text(required=False, max_length=160, label=_("Who says so")))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "cms/blocks/quote.html"
        preview_value = {
            "text": "Nghề này không vội được: hạt nào chín mới hái hạt đó.",
            "who": "Cô Hạnh, người trồng mắc ca",
        }
        description = _("The words of somebody, and who it is")


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), min_num=2, max_num=24, label=_("Pictures"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "cms/blocks/gallery.html"
        description = _("Several pictures, side by side")


class PlaceAndPeopleBlock(blocks.StructBlock):
    place = blocks.CharBlock(**_text(max_length=160, label=_("Place"), help_text=_("Commune, province")))
    people = blocks.CharBlock(**_text(required=False, max_length=160, label=_("People")))
    text = blocks.RichTextBlock(features=FEATURES, validators=[refuse_claims], label=_("Text"), help_text=TOKEN_HELP)
    image = ImageBlock(required=False, label=_("Image"))

    class Meta:
        icon = "home"
        label = _("Place and people")
        template = "cms/blocks/place_and_people.html"
        preview_value = {
            "place": "Xã Tuy Đức, Lâm Đồng",
            "people": "Hợp tác xã của 42 gia đình",
            "text": "<p>Đất đỏ ba dan, đêm lạnh và một mùa khô dài.</p>",
            "image": None,
        }
        description = _("Where it comes from, and who makes it")


class ProductCardsBlock(blocks.StructBlock):
    title = blocks.CharBlock(**_text(required=False, max_length=160, label=_("Title")))
    products = blocks.ListBlock(ProductChooserBlock(label=_("Product")), min_num=1, max_num=12, label=_("Products"))

    class Meta:
        icon = "tag"
        label = _("Product cards")
        template = "cms/blocks/product_cards.html"
        description = _("Products with picture, price and the stars of today")

    def get_preview_value(self) -> Any:
        return self.normalize({"title": "", "products": list(Product.objects.published().order_by("pk")[:3])})


class LiveStarsBlock(blocks.StructBlock):
    product = ProductChooserBlock(label=_("Product"))

    class Meta:
        icon = "pick"
        label = _("Stars of today")
        template = "cms/blocks/live_stars.html"
        description = _("A product's stars and their last day; nothing on a day without stars")

    def get_preview_value(self) -> Any:
        return self.normalize({"product": Product.objects.published().order_by("pk").first()})


class StoryBody(blocks.StreamBlock):
    heading = blocks.CharBlock(
        **_text(
            max_length=160,
            label=_("Heading"),
            icon="title",
            template="cms/blocks/heading.html",
            preview_value="Mùa hái trên cao nguyên",
            description=_("A heading between two parts"),
        )
    )
    paragraph = blocks.RichTextBlock(
        features=FEATURES,
        validators=[refuse_claims],
        label=_("Text"),
        icon="pilcrow",
        template="cms/blocks/paragraph.html",
        help_text=TOKEN_HELP,
        preview_value="<p>Hạt được phơi <b>ba nắng</b>, rồi mới tách vỏ.</p>",
        description=_("Paragraphs, lists and links"),
    )
    image = PictureBlock()
    quote = QuoteBlock()
    gallery = GalleryBlock()
    place_and_people = PlaceAndPeopleBlock()
    products = ProductCardsBlock()
    stars = LiveStarsBlock()

    class Meta:
        template = "cms/blocks/body.html"
