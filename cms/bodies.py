"""A story's blocks as the API tells them: values for a program, live tokens resolved, pictures and stars of the day."""

from typing import Any

from .materials import Materials, image_id_of, items_of
from .values import StoryWriter


def describe_body(body: Any, *, materials: Materials, writer: StoryWriter) -> list[dict[str, Any]]:
    """The blocks of a ``StoryBody``, each with its ``type``. A block with nothing to show on the day is left out."""
    described = []
    for block in body.get_prep_value():
        content = _describe(block["type"], block["value"], materials, writer)
        if content is not None:
            described.append({"type": block["type"], **content})
    return described


def _describe(name: str, value: Any, materials: Materials, writer: StoryWriter) -> dict[str, Any] | None:
    match name:
        case "heading":
            return {"text": value}
        case "paragraph":
            return {"html": materials.html(value)}
        case "image":
            image = _image(value.get("image"), writer)
            return image and {"image": image, "caption": value.get("caption") or ""}
        case "quote":
            return {"text": materials.text(value["text"]), "who": value.get("who") or ""}
        case "gallery":
            pictures = [
                {"image": image, "caption": item.get("caption") or ""}
                for item in items_of(value.get("pictures"))
                if (image := _image(item.get("image"), writer))
            ]
            return {"pictures": pictures} if pictures else None
        case "place_and_people":
            return {
                "place": value["place"],
                "people": value.get("people") or "",
                "html": materials.html(value["text"]),
                "image": _image(value.get("image"), writer),
            }
        case "products":
            products = [writer.product(shown.card) for shown in materials.cards_of(items_of(value.get("products")))]
            return {"title": value.get("title") or "", "products": products} if products else None
        case "stars":
            starred = materials.starred.get(value.get("product"))
            if starred is None or starred.badge is None:
                return None
            return {
                "product": {"slug": starred.slug, "name": starred.name},
                "badge": writer.badge(starred.badge, starred.slug),
            }
    return None


def _image(stored: Any, writer: StoryWriter) -> dict[str, str] | None:
    decorative = isinstance(stored, dict) and stored.get("decorative")
    alt = stored.get("alt_text") if isinstance(stored, dict) else None
    return writer.image(image_id_of(stored), alt="" if decorative else alt or "")
