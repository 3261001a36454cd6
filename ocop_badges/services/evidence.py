"""Documents handed in: looked into before they are kept, whatever their name says they are."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from ocop_badges.errors import InvalidFact
from ocop_badges.models import EvidenceFile, EvidenceKind

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_PAGES = 300
# What a file that only looks like a PDF makes its reader raise.
_BROKEN_PDF = (
    PyPdfError, DependencyError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError,
    NotImplementedError, OSError, zlib.error,
)  # fmt: skip
_ACTS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute"})


def keep_evidence(
    *, product_id: int, upload: IO[bytes], name: str, at: datetime, by: Any = None, field: str = "evidence_file"
) -> EvidenceFile:
    """Keep a PDF, JPEG or PNG of at most 10 MiB that opens as what it is; pictures without what a camera wrote beside.

    Raises ``InvalidFact`` about ``field``: not such a file, too large, broken, encrypted, or able to act by itself
    (scripts and attachments in a PDF).
    """
    raw = upload.read(MAX_BYTES + 1)
    if not raw:
        raise InvalidFact(_("This file is empty."), field=field, code="empty")
    if len(raw) > MAX_BYTES:
        raise InvalidFact(_("A file has at most 10 MB."), field=field, code="too-large")
    kind, content = (EvidenceKind.PDF, raw) if raw.startswith(b"%PDF-") else _checked_picture(raw, field)
    if kind is EvidenceKind.PDF:
        _check_pdf(raw, field)
    file = EvidenceFile(
        product_id=product_id,
        name=_shown_name(name, kind),
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=at,
        uploaded_by=by,
    )
    file.file.save(file.name, ContentFile(content), save=False)
    try:
        file.save()
    except BaseException:
        _drop(file)
        raise
    return file


@contextmanager
def transaction_with_evidence() -> Iterator[Callable[..., EvidenceFile]]:
    """A transaction for an act and its documents. Yields ``keep_evidence``, to be called within.

    Whatever ends the block with an exception takes back the bytes kept in it, as the rollback does their rows.
    """
    kept: list[EvidenceFile] = []

    def keep(**document: Any) -> EvidenceFile:
        kept.append(keep_evidence(**document))
        return kept[-1]

    try:
        with transaction.atomic():
            yield keep
    except BaseException:
        for file in kept:
            _drop(file)
        raise


def share_evidence(*, file: EvidenceFile, product_ids: Iterable[int]) -> dict[int, EvidenceFile]:
    """One document about many products: a row for each of them, all of the bytes kept once. By product."""
    shared = {file.product_id: file}
    others = [
        EvidenceFile(
            product_id=product_id,
            file=file.file.name,
            name=file.name,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            uploaded_at=file.uploaded_at,
            uploaded_by=file.uploaded_by,
        )
        for product_id in sorted(set(product_ids) - set(shared))
    ]
    EvidenceFile.objects.bulk_create(others)
    return shared | {other.product_id: other for other in others}


def _drop(file: EvidenceFile) -> None:
    file.file.storage.delete(str(file.file.name))


def _checked_picture(raw: bytes, field: str) -> tuple[EvidenceKind, bytes]:
    try:
        with Image.open(BytesIO(raw), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise InvalidFact(_("This picture has too many pixels."), field=field, code="too-many-pixels")
            kind = EvidenceKind.JPEG if picture.format == "JPEG" else EvidenceKind.PNG
            upright = ImageOps.exif_transpose(picture)  # a phone says beside the picture which side is up
            clean = upright.convert("RGB") if kind is EvidenceKind.JPEG else upright
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InvalidFact(
            _("Only PDF, JPEG and PNG files that open are taken."), field=field, code="unreadable"
        ) from None
    clean.info.clear()
    out = BytesIO()
    if kind is EvidenceKind.JPEG:
        clean.save(out, "JPEG", quality=90)
    else:
        clean.save(out, "PNG")
    return kind, out.getvalue()


def _check_pdf(raw: bytes, field: str) -> None:
    try:
        reader = PdfReader(BytesIO(raw))
        if reader.is_encrypted:
            raise InvalidFact(_("This PDF is locked by a password."), field=field, code="encrypted")
        pages = len(reader.pages)
        active = pages <= MAX_PAGES and _acts_by_itself(reader)
    except _BROKEN_PDF:
        raise InvalidFact(_("This PDF does not open."), field=field, code="unreadable") from None
    if not 1 <= pages <= MAX_PAGES:
        raise InvalidFact(_("A PDF has 1 to 300 pages."), field=field, code="too-many-pages")
    if active:
        raise InvalidFact(_("This PDF carries scripts or attachments: print it anew."), field=field, code="active")


def _acts_by_itself(reader: PdfReader) -> bool:
    """Whether something runs when the file, a page or a note on it is opened, or other files hide in it."""
    root: Any = reader.root_object
    names: Any = _at(root, "/Names") or {}
    if "/JavaScript" in names or "/EmbeddedFiles" in names or "/AA" in root:
        return True
    if "/XFA" in (_at(root, "/AcroForm") or {}) or _is_act(_at(root, "/OpenAction")):
        return True
    for page in reader.pages:
        notes: Any = _at(page, "/Annots") or []
        told = [note.get_object() for note in notes]
        if "/AA" in page or any("/AA" in note or _is_act(_at(note, "/A")) for note in told):
            return True
        if any(note.get("/Subtype") in ("/FileAttachment", "/RichMedia", "/Movie") for note in told):
            return True
    return False


def _is_act(action: Any) -> bool:
    return isinstance(action, dict) and action.get("/S") in _ACTS


def _at(holder: Any, key: str) -> Any:
    found = holder.get(key)
    return found.get_object() if found is not None else None


def _shown_name(name: str, kind: EvidenceKind) -> str:
    stem = "".join(c for c in PurePath(name.replace("\\", "/")).stem if c.isprintable()).strip()[:150]
    return f"{stem or 'evidence'}.{kind.value}"
