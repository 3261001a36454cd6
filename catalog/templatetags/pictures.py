from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.media.pictures import FALLBACK, FORMATS, Picture

register = template.Library()

LOADINGS = ("lazy", "eager")


@register.simple_tag
def picture_of(
    picture: Picture | None, sizes: str = "100vw", loading: str = "lazy", alt: str | None = None, **attributes: str
) -> SafeString:
    """``<picture>`` in every format and width; nothing for None.

    ``{% picture_of picture sizes="(min-width: 60em) 25vw, 50vw" class="card" loading="eager" alt=card.image_alt %}``.
    ``sizes`` says how wide it is shown. ``alt`` replaces the image's own text (empty: it only decorates).
    ``loading="eager"`` is for the one picture that is seen first; it is also fetched with high priority.
    """
    if picture is None:
        return SafeString("")
    if loading not in LOADINGS:
        raise template.TemplateSyntaxError(f"picture_of: loading is one of {', '.join(LOADINGS)}, not {loading!r}")
    fallback = next((s for s in picture.sources if s.type == FORMATS[FALLBACK]), None)
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((s.type, s.srcset, sizes) for s in picture.sources if s is not fallback),
    )
    extra = {**attributes, **({"fetchpriority": "high"} if loading == "eager" else {})}
    return format_html(
        '<picture>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="{}"'
        ' decoding="async"{}></picture>',
        sources,
        picture.src,
        fallback.srcset if fallback else f"{picture.src} {picture.width}w",
        sizes,
        picture.width,
        picture.height,
        picture.alt if alt is None else alt,
        loading,
        format_html_join("", ' {}="{}"', ((name.replace("_", "-"), value) for name, value in extra.items())),
    )
