"""Picture files with real bytes, good and bad."""

import struct
import zlib
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from catalog.models import ShopImage

GPS_IFD, ORIENTATION = 0x8825, 0x0112


def picture_bytes(
    kind: str = "JPEG",
    *,
    size: tuple[int, int] = (80, 40),
    mode: str = "RGB",
    colour: Any = (200, 90, 30),
    **options: Any,
) -> bytes:
    output = BytesIO()
    Image.new(mode, size, colour).save(output, kind, **options)
    return output.getvalue()


def two_coloured(kind: str = "JPEG", *, size: tuple[int, int] = (80, 40), **options: Any) -> bytes:
    """Left half red, right half blue: shows which way up a picture is."""
    picture = Image.new("RGB", size, (220, 20, 20))
    picture.paste((20, 20, 220), (size[0] // 2, 0, *size))
    output = BytesIO()
    picture.save(output, kind, **{"quality": 95, **options})
    return output.getvalue()


def phone_photo() -> bytes:
    """As a phone writes it: turned by its orientation tag, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned by 90° clockwise
    exif[0x010F] = "Camera of Tâm"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (12.0, 34.0, 56.0), 3: "E", 4: (107.0, 45.0, 12.0)})
    return two_coloured(exif=exif, comment=b"taken at home", xmp=b"<x:xmpmeta>secret place</x:xmpmeta>")


def bomb_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few bytes that claim billions of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def bomb_webp() -> bytes:
    """A WebP whose canvas claims 16,384 × 16,384 pixels."""
    side = (16_383).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + side + side
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def store_image(*, title: str = "Mắc ca", size: tuple[int, int] = (1200, 900), **fields: Any) -> ShopImage:
    image = ShopImage(title=title, file=ContentFile(picture_bytes(size=size), name="mac-ca.jpg"), **fields)
    image.save()
    return image
