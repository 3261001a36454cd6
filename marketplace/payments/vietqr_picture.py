"""The picture of a VietQR code, as SVG to be put into a page."""

from io import BytesIO

import segno

BORDER = 4  # modules that stay white around a code, as the standard asks


def picture(payload: str, *, title: str, description: str = "") -> str:
    """The SVG of a text's code: the same arguments give the same picture. ``title`` is what a screen reader says."""
    out = BytesIO()
    segno.make_qr(payload, error="m", boost_error=False).save(
        out,
        kind="svg",
        border=BORDER,
        light="#fff",
        omitsize=True,
        xmldecl=False,
        nl=False,
        svgclass="vietqr",
        title=title,
        desc=description or None,
    )
    return out.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)
