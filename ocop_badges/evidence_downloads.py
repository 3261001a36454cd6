"""How a document is handed out again, by whatever view has asked who is reading."""

from django.http import FileResponse, Http404

from .models import EvidenceFile


def download_of(file: EvidenceFile) -> FileResponse:
    """The document, to be saved and never opened as a page of ours. Raises ``Http404`` where its bytes are lost."""
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
