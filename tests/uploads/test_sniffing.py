"""A file is what its content says, and its name must agree."""

import io
import struct
import time

import pytest

from portal.uploads.sniffing import PDF, PNG, Refused, clean_name, listing, sort_of
from tests.uploads import files

pytestmark = pytest.mark.one_database

GOOD = {
    "a.pdf": files.PDF, "a.PDF": files.PDF, "a.png": files.PNG, "a.jpg": files.JPEG,
    "a.jpeg": files.JPEG, "a.webp": files.WEBP, "a.docx": files.DOCX, "a.xlsx": files.XLSX,
    "a.odt": files.ODT, "a.txt": "Größe\n".encode(), "b.txt": "hi".encode("utf-16"),
    "a.csv": b"a;b\r\n1;2\r\n",
}  # fmt: skip
BAD = {
    "empty.pdf": b"", "a.html": files.HTML, "a.svg": files.SVG, "a.pdf": files.HTML,
    "b.pdf": b" " * 20 + files.PDF, "c.png": files.JPEG, "a.docm": files.DOCM, "a.docx": files.DOCM,
    "b.docx": files.XLSX, "c.docx": files.zipped("[Content_Types].xml"), "d.docx": b"PK\x03\x04",
    "e.docx": files.zipped("content.xml"), "a.odt": files.DOCX, "a.txt": b"a\x00b",
    "b.txt": b"\xff\xfe\x00\xd8", "c.txt": b"\x1b[31m", "d.txt": b"\xe9t\xe9", "a.exe": b"MZ",
    "noname": files.PDF, ".pdf": b"x", "a.zip": files.DOCX, "a.svgz": b"\x1f\x8b",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken(name: str) -> None:
    assert sort_of(io.BytesIO(GOOD[name]), name).endings


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(Refused) as told:
        sort_of(io.BytesIO(BAD[name]), name)
    assert str(told.value).endswith(".") and "\n" not in str(told.value)


def test_the_type_is_ours_and_never_the_senders() -> None:
    assert sort_of(io.BytesIO(files.PDF), "a.pdf").media_type == "application/pdf"
    with pytest.raises(Refused, match=r"We take PDF and PNG, but not “.txt” files"):
        sort_of(io.BytesIO(b"hi"), "a.txt", (PDF, PNG))
    assert listing((PDF,)) == "PDF"


def test_text_is_read_to_its_end() -> None:
    with pytest.raises(Refused):
        sort_of(io.BytesIO(b"a" * 300_000 + b"\x00"), "a.txt")


def test_a_zip_with_a_list_of_millions_costs_nothing() -> None:
    """Its own count is asked first, and a lie about it ends the reading early."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    for count, said in ((200_000, 65_535), (200_000, 5)):
        body = b"PK\x03\x04" + entry * count
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(entry) * count, 4, 0)
        began = time.perf_counter()
        with pytest.raises(Refused):
            sort_of(io.BytesIO(body + end), "a.docx")
        assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("contract.pdf", "contract.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Vertrag Müller.pdf", "Vertrag Müller.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("  .pdf", "file.pdf"),
        ("", "file"),
        ("...", "file"),
        ('"><svg onload=x>.pdf', "___svg onload=x_.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("half \ud800.pdf", "half.pdf"),
    ],
)
def test_a_name_is_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept
