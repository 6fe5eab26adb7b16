"""Small files of each sort, and some that only say they are."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30)


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """A zip with empty members; `first` is one with a content, put first and not packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, "")
    return made.getvalue()


ODT_TYPE = ("mimetype", "application/vnd.oasis.opendocument.text")
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
ODT = zipped("content.xml", first=ODT_TYPE)
DOCM = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
