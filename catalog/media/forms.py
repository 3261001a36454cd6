from wagtail.images.forms import BaseImageForm


class ShopImageForm(BaseImageForm):
    """The form behind every upload in Wagtail's admin."""
