"""The badge for other people's pages, ready to be copied."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ocop_badges.badges import Badge
from ocop_badges.links import language_prefix
from ocop_badges.pictures import Shown, layout_of
from ocop_badges.subjects import Subject

HEIGHT = 64  # px


@dataclass(frozen=True, slots=True)
class Snippet:
    """``code`` is what is pasted; ``name`` and ``hint`` say where it belongs."""

    slug: str
    name: str
    hint: str
    code: str


def snippets_for(subject: Subject, *, base_url: str, lang: str) -> list[Snippet]:
    """For a web page with and without a script, for Markdown, for programs.

    No word in them claims stars: when the picture turns transparent nothing false stays behind.
    """
    picture = f"{base_url}{reverse('badge', kwargs={'slug': subject.slug, 'ext': 'svg'})}?size={HEIGHT}&lang={lang}"
    page = f"{base_url}{language_prefix(lang)}{subject.path}"
    look = _("{product} on Chợ OCOP").format(product=subject.name_in(lang))
    return [
        Snippet(
            "script",
            _("Script"),
            _("For a web page you can edit. The badge links to the page that verifies it, and leaves at midnight."),
            format_html(
                '<script src="{}" data-size="{}" data-lang="{}" async></script>',
                base_url + reverse("embed", args=[subject.slug]),
                HEIGHT,
                lang,
            ),
        ),
        Snippet(
            "image",
            _("Picture"),
            _("For a page that allows no scripts. Once the certificate ends the picture is empty."),
            format_html('<a href="{}" title="{}"><img src="{}" alt="" height="{}"></a>', page, look, picture, HEIGHT),
        ),
        Snippet(
            "markdown",
            _("Markdown"),
            _("For pages written in Markdown."),
            f"[![]({picture})]({page})",
        ),
        Snippet(
            "json",
            _("Address for programs (JSON)"),
            _("For shops and apps that draw the stars themselves: the stars of today, or none."),
            base_url + reverse("badge", kwargs={"slug": subject.slug, "ext": "json"}),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Preview:
    """The badge of today as a picture of this site; its size in px."""

    src: str
    width: int
    height: int = HEIGHT


def preview_of(subject: Subject, badge: Badge, *, lang: str) -> Preview:
    """What the snippets show today."""
    layout = layout_of(Shown(subject.name_in(lang), badge.stars, badge.valid_until, lang), HEIGHT)
    path = reverse("badge", kwargs={"slug": subject.slug, "ext": "svg"})
    return Preview(f"{path}?size={HEIGHT}&lang={lang}", round(layout.width * HEIGHT / layout.height))
