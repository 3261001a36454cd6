"""The one gate for pictures: what comes in is decoded and written anew, so that nothing of the sender's file is kept.

Kept: the pixels, upright and in sRGB, and transparency where there is some. Dropped: EXIF with its GPS, XMP, comments,
colour profiles, thumbnails, every frame but the first, and whatever was glued to the end of the file.
"""

import hashlib
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from catalog.search.folding import fold

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 3200  # pixels; a larger picture is scaled down to it, a smaller one is never scaled up
JPEG_QUALITY = 90
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
FORMATS_TEXT = "JPEG, PNG, WebP, AVIF"

# What people really send under a picture's name; "looks like" text beside the refusal.
_OTHER_KINDS = (
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"<?php", "PHP"),
    (b"<svg", "SVG"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
)


class ReencodedFile(ContentFile):
    """Bytes that this module wrote. ``width`` and ``height`` are in pixels, ``sha1`` is that of the bytes."""

    def __init__(self, content: bytes, *, name: str, width: int, height: int) -> None:
        super().__init__(content, name=name)
        self.width = width
        self.height = height
        self.sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()


def reencode(file: Any, *, name: str | None = None) -> ReencodedFile:
    """Decode a picture and write it anew: JPEG, or PNG where it has transparency.

    ``file`` is any Django ``File`` or binary file object; ``name`` (default: the file's) gives the new name its stem,
    the extension follows from the content. Refuses with a ``ValidationError`` (codes ``too-large``, ``empty``,
    ``not-a-picture``, ``too-many-pixels``, ``damaged``) before any pixel of an oversized picture is decoded.
    """
    if isinstance(file, ReencodedFile):
        return file
    data = _read(file)
    picture = _open(data)
    try:
        _check_pixels(*picture.size)
        upright = _upright(picture)
        content, extension = _write(_in_srgb(upright))
    except ValidationError:
        raise
    except Exception as error:  # Pillow's decoders raise almost anything over a broken file
        raise ValidationError(_("This picture is damaged or incomplete."), code="damaged") from error
    stem = slugify(fold(PurePath(name or getattr(file, "name", None) or "").stem))[:40].strip("-") or "picture"
    digest = hashlib.sha256(content).hexdigest()[:10]
    with Image.open(BytesIO(content)) as written:
        width, height = written.size
    return ReencodedFile(content, name=f"{stem}-{digest}.{extension}", width=width, height=height)


def _read(file: Any) -> bytes:
    if hasattr(file, "open"):
        file.open()  # an upload may have been read, or closed, by an earlier check
    elif hasattr(file, "seek"):
        file.seek(0)
    data: bytes = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(limit)s MB."), code="too-large", params={"limit": MAX_BYTES // 1024**2}
        )
    if not data:
        raise ValidationError(_("This file is empty."), code="empty")
    return data


def _open(data: bytes) -> Image.Image:
    """The picture with its header read and no pixel decoded. The content decides, never the name."""
    if size := _webp_size(data):
        _check_pixels(*size)  # Pillow's WebP reader claims memory for the whole canvas on opening
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # as above
        raise _not_a_picture(data) from error


def _not_a_picture(data: bytes) -> ValidationError:
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = next((kind for magic, kind in _OTHER_KINDS if start.startswith(magic.lower())), "")
    if start.startswith(b"<?xml") and b"<svg" in data[:1024].lower():
        kind = "SVG"
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1"}:
        kind = "HEIC"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
        return ValidationError(_("This picture is damaged or incomplete."), code="damaged")
    if kind:
        return ValidationError(
            _("This is not a picture of a kind taken here (%(formats)s): it is a file of the kind %(kind)s."),
            code="not-a-picture",
            params={"formats": FORMATS_TEXT, "kind": kind},
        )
    return ValidationError(
        _("This is not a picture of a kind taken here (%(formats)s)."),
        code="not-a-picture",
        params={"formats": FORMATS_TEXT},
    )


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(width, height)
    if width < 1 or height < 1:
        raise ValidationError(_("This picture is damaged or incomplete."), code="damaged")


def _too_many_pixels(width: int | None = None, height: int | None = None) -> ValidationError:
    limit = MAX_PIXELS // 1_000_000
    if width and height:
        return ValidationError(
            _("This picture has %(width)s × %(height)s pixels; at most %(limit)s million are taken."),
            code="too-many-pixels",
            params={"width": width, "height": height, "limit": limit},
        )
    return ValidationError(
        _("This picture has too many pixels; at most %(limit)s million are taken."),
        code="too-many-pixels",
        params={"limit": limit},
    )


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP file's first chunk claims (RFC 9649), None for any other file."""
    if (data[:4], data[8:12]) != (b"RIFF", b"WEBP"):
        return None
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def _upright(picture: Image.Image) -> Image.Image:
    picture.seek(0)  # an animated file gives its first frame
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)  # a square bound, so it may come before turning
    picture.load()
    return ImageOps.exif_transpose(picture)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB, with no metadata left. A profile that cannot be used is ignored, as browsers do."""
    profile = picture.info.get("icc_profile")
    alpha = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    mode = "RGBA" if alpha else "RGB"
    if picture.mode in {"I;16", "I;16B", "I"}:
        picture = picture.point(lambda value: value / 256).convert("L")  # 16-bit grey; converting alone would clip it
    converted: Image.Image | None = None
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
    elif profile and picture.mode == "RGBA":
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            colours = ImageCms.profileToProfile(picture.convert("RGB"), source, ImageCms.createProfile("sRGB"))
            if colours is not None:
                colours.putalpha(picture.getchannel("A"))
                converted = colours
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
    clean = converted.convert(mode) if converted is not None else picture.convert(mode)
    clean.info = {}
    return clean


def _write(picture: Image.Image) -> tuple[bytes, str]:
    output = BytesIO()
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255):
        picture.save(output, "PNG", optimize=True)
        return output.getvalue(), "png"
    picture.convert("RGB").save(output, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return output.getvalue(), "jpg"
