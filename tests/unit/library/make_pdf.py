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


#: Fonts by name for `write_drawn_pdf`: Japanese and Chinese by predefined maps, across and down; one whose
#: codes stand for glyphs only, as fonts without Unicode have them.
FONTS: dict[str, bytes] = {
    "F1": b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "JH": b"",
    "JV": b"",
    "CH": b"",
    "CV": b"",
    "NU": b"",
}
_CJK = {
    "JH": (b"UniJIS-UTF16-H", b"Japan1", b"KozMinPr6N-Regular"),
    "JV": (b"UniJIS-UTF16-V", b"Japan1", b"KozMinPr6N-Regular"),
    "CH": (b"UniGB-UTF16-H", b"GB1", b"SimSun"),
    "CV": (b"UniGB-UTF16-V", b"GB1", b"SimSun"),
    "NU": (b"Identity-H", b"Identity", b"Subset+Plain"),
}


def write_drawn_pdf(
    pages: Sequence[bytes],
    *,
    rotate: int = 0,
    box: tuple[int, int] = (595, 842),
    info: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF of pages with these contents; every font of `FONTS` is at hand.

    Args:
        rotate: by how many degrees every page is turned clockwise when it is shown.
        box: width and height of every page before that, in points.
    """
    objects: list[bytes] = [b"", b""]
    named = b""
    for name, font in FONTS.items():
        if name in _CJK:
            encoding, ordering, base = _CJK[name]
            objects.append(
                b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (%s)"
                b" /Supplement 0 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /%s /Flags 4"
                b" /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >> >>"
                % (base, ordering, base)
            )
            font = (
                b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /%s /DescendantFonts [%d 0 R] >>"
                % (
                    base,
                    encoding,
                    len(objects),
                )
            )
        objects.append(font)
        named += b"/%s %d 0 R " % (name.encode(), len(objects))
    kids = b""
    for content in pages:
        objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Resources << /Font << %s >> >> /Contents %d 0 R >>"
            % (*box, rotate, named, len(objects))
        )
        kids += b"%d 0 R " % len(objects)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    fields = b" ".join(
        b"/%s <%s>" % (key.encode(), (b"\xfe\xff" + value.encode("utf-16-be")).hex().encode())
        for key, value in (info or {}).items()
    )
    objects.append(b"<< %s >>" % fields)
    return _file(objects, b"/Info %d 0 R" % len(objects))


def drawn(text: str, x: float, y: float, *, font: str = "F1", size: float = 11, angle: int = 0) -> bytes:
    """Text at a place, its line turned by `angle` degrees against the clock."""
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[angle]
    if font in _CJK and font != "NU":
        shown = b"<%s>" % text.encode("utf-16-be").hex().encode()
    elif font == "NU":
        shown = b"<%s>" % "".join(f"{ord(char) - 29:04x}" for char in text).encode()
    else:
        shown = b"(%s)" % text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(
            b")", b"\\)"
        )
    return b"BT /%s %.1f Tf %d %d %d %d %.1f %.1f Tm %s Tj ET\n" % (
        font.encode(),
        size,
        cos,
        sin,
        -sin,
        cos,
        x,
        y,
        shown,
    )
