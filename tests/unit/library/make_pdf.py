"""PDF files written by hand, as small as they can be, for the reader's tests."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

Placed = tuple[float, float, str]


def write_pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    info: Mapping[str, str] | None = None,
    size: int = 11,
    extra: Mapping[str, bytes] | None = None,
    catalog: bytes = b"",
    trailer: bytes = b"",
    before: bytes = b"",
) -> bytes:
    """A PDF with text at places in points on A4 pages.

    Args:
        extra: further objects, by the name under which `catalog` may point to them as `%(name)s`.
        before: content drawn first on every page, such as `1 1 1 rg` for white letters.
    """
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages))).encode()
    objects: list[bytes] = [
        b"",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, placed in enumerate(pages):
        content = before + b" BT /F1 %d Tf " % size
        for x, y, text in placed:
            escaped = (
                text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            )
            content += b"1 0 0 1 %.1f %.1f Tm (%s) Tj " % (x, y, escaped)
        packed = zlib.compress(content + b"ET")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * number)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed))
    places: dict[bytes, bytes] = {}
    for name, body in (extra or {}).items():
        objects.append(body)
        places[name.encode()] = b"%d 0 R" % len(objects)
    for name, place in places.items():
        catalog = catalog.replace(b"%(" + name + b")s", place)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog
    fields = b" ".join(
        b"/%s (%s)" % (key.encode(), value.encode("cp1252")) for key, value in (info or {}).items()
    )
    objects.append(b"<< %s >>" % fields)
    return _file(objects, b"/Info %d 0 R %s" % (len(objects), trailer))


def _file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj %s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return (
        out
        + end
        + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, trailer, len(out))
    )
