"""Zips: read in place and not believed. Every refusal names the entry and says why."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from portal.scorm import zips
from portal.scorm.zips import Refused, entries, fold, inflate
from tests.scorm.builders import single, zipped

PAGE = b"<p>Hello</p>" * 40


def paths(content: bytes) -> list[str]:
    return [entry.path for entry in entries(io.BytesIO(content))]


def read(content: bytes) -> dict[str, bytes]:
    file = io.BytesIO(content)
    return {
        entry.path: b"".join(piece for _, piece in inflate(file, entry)) for entry in entries(file)
    }


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as error:
        read(content)
    return str(error.value)


def central(content: bytes, at: int, fmt: str, *values: int, entry: int = 0) -> bytes:
    """The zip with other values in an entry of its list."""
    where = -1
    for _ in range(entry + 1):
        where = content.index(b"PK\x01\x02", where + 1)
    return patched(content, where + at, struct.pack(fmt, *values))


def local(content: bytes, at: int, fmt: str, *values: int) -> bytes:
    return patched(content, content.index(b"PK\x03\x04") + at, struct.pack(fmt, *values))


def patched(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


# -- what is taken -----------------------------------------------------------------------------


def test_a_usual_zip_is_read_packed_or_not() -> None:
    members = {"imsmanifest.xml": b"<m/>", "a/b.html": PAGE, "empty.txt": b"", "ü/é.html": b"x"}
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        assert read(zipped(members, method)) == members


def test_a_zip_written_to_a_pipe_is_read() -> None:
    """Its headers leave sizes to what follows the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, piece: Any) -> int:
            self.written += bytes(piece)
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as whole:  # type: ignore[arg-type]
        whole.writestr("a.html", PAGE)
        whole.writestr("b.html", PAGE)
    assert read(pipe.written) == {"a.html": PAGE, "b.html": PAGE}


def test_a_zip_of_the_large_kind_is_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole, whole.open("a.html", "w", force_zip64=True) as into:
        into.write(PAGE)
    assert read(file.getvalue()) == {"a.html": PAGE}
    assert read(as_zip64(zipped({"a.html": PAGE, "b.html": b""}))) == {
        "a.html": PAGE,
        "b.html": b"",
    }


def as_zip64(content: bytes) -> bytes:
    """The same with its count, sizes and places only in the wide lists."""
    at = content.rindex(b"PK\x05\x06")
    count, length, start = struct.unpack("<HLL", content[at + 10 : at + 20])
    record = b"PK\x06\x06" + struct.pack(
        "<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, length, start
    )
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, at, 1)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    return content[:at] + record + locator + end


def test_folders_backslashes_and_dots_lead_to_the_same_paths() -> None:
    members = {"folder/": b"", "a\\b.html": b"1", "./c.html": b"2", "d//e.html": b"3"}
    assert paths(zipped(members)) == ["a/b.html", "c.html", "d/e.html"]


def test_names_are_utf_8_even_where_nobody_says_so_and_of_dos_where_they_are_not() -> None:
    content = zipped({"ae.html": b"1", "bb.html": b"2"})
    assert paths(content.replace(b"ae.html", "ä.html".encode())) == ["ä.html", "bb.html"]
    assert paths(content.replace(b"bb.html", b"b\x84.html")) == ["ae.html", "bä.html"]


def test_a_comment_at_its_end_is_no_fault() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("a.html", PAGE)
        whole.comment = b"made by a tool PK\x05\x06 with a sense of humor"
    assert paths(file.getvalue()) == ["a.html"]


def test_the_data_begins_where_its_own_header_says() -> None:
    """An extra field that only the local header has moves it."""
    content = zipped({"a.html": PAGE}, zipfile.ZIP_STORED)
    extra = struct.pack("<HH", 0xCAFE, 6) + b"secret"
    grown = content[:36] + extra + content[36:]
    grown = patched(grown, 28, struct.pack("<H", len(extra)))
    at = grown.rindex(b"PK\x05\x06")
    start = struct.unpack("<L", grown[at + 16 : at + 20])[0]
    grown = patched(grown, at + 16, struct.pack("<L", start + len(extra)))
    assert read(grown) == {"a.html": PAGE}


# -- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../evil.html", "“../evil.html” leads outside the package."),
        ("a/../../evil.html", "leads outside"),
        ("a\\..\\evil.html", "leads outside"),
        ("/etc/passwd", "“/etc/passwd” is an absolute path"),
        ("\\\\server\\share", "absolute path"),
        ("C:\\windows\\x.dll", "absolute path"),
        ("c:x.html", "absolute path"),
        ("a\0.html", "NUL"),
        ("a\nb.html", "control character"),
        ("a\x1b[2J.html", "control character"),
        ("x" * 301, "more than 300 characters"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, sentence: str) -> None:
    content = zipped({"imsmanifest.xml": b"<m/>", name: b"x"})
    assert sentence in refused(content)


def test_a_name_that_is_no_text_is_refused() -> None:
    content = zipped({"ü.html": b"x"})
    assert "is no text" in refused(content.replace("ü".encode(), b"\xff\xfe"))


@pytest.mark.parametrize(
    "twice",
    [("a.html", "a.html"), ("A.html", "a.html"), ("a/b", "a\\b"), ("é.html", "e\u0301.html"),
     ("a", "a/"), ("STRASSE", "straße")],
)  # fmt: skip
def test_a_name_that_comes_twice_is_refused(twice: tuple[str, str]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        for name in twice:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            whole.fp.write(b"")  # type: ignore[union-attr]
            whole.writestr(entry, b"" if name.endswith("/") else b"1")
    assert "is in the zip twice" in refused(file.getvalue())


def test_a_link_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        entry = zipfile.ZipInfo("passwd.html")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        whole.writestr(entry, "/etc/passwd")
    assert refused(file.getvalue()) == "“passwd.html” is a link, not a file."


# -- what it claims ----------------------------------------------------------------------------


def test_too_many_files_are_refused_before_they_are_listed() -> None:
    content = zipped({"a.html": b"x"})
    at = content.rindex(b"PK\x05\x06")
    many = patched(content, at + 8, struct.pack("<HH", 65_535, 65_535))
    assert "65,535 files" in refused(many)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        for number in range(65_536):
            whole.writestr(f"{number}", b"")
    assert "65,536 files" in refused(file.getvalue())


def test_a_member_that_unpacks_a_thousandfold_is_refused_from_its_list() -> None:
    content = zipped({"bomb.html": b"\0" * 30_000_000})
    assert "“bomb.html” would unpack to" in refused(content)


def test_a_bomb_that_lies_about_its_size_stops_where_it_said_it_ends() -> None:
    content = zipped({"bomb.html": b"\0" * 30_000_000})
    small = central(local(content, 22, "<L", 4_000), 24, "<L", 4_000)
    file = io.BytesIO(small)
    entry = entries(file)[0]
    got: list[bytes] = []
    with pytest.raises(Refused, match=r"“bomb.html” is larger than the zip’s list says"):
        got.extend(piece for _, piece in inflate(file, entry))
    assert sum(map(len, got)) <= 4_000


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        (lambda c: central(local(c, 22, "<L", 900), 24, "<L", 900), "smaller than"),
        (lambda c: central(local(c, 22, "<L", 9), 24, "<L", 9), "larger than"),
        (lambda c: central(local(c, 14, "<L", 7), 16, "<L", 7), "its checksum is another one"),
        (lambda c: central(c, 16, "<L", 7), "other sizes in the zip"),
        (lambda c: central(c, 24, "<L", 900), "other sizes in the zip"),
        (lambda c: central(c, 10, "<H", 0), "two different sizes|two different ways"),
        (lambda c: local(c, 8, "<H", 0), "two different ways"),
        (lambda c: central(local(c, 6, "<H", 1), 8, "<H", 1), "is encrypted"),
        (lambda c: central(c, 8, "<H", 0x41), "is encrypted"),
        (lambda c: local(c, 6, "<H", 1), "two different ways"),
        (lambda c: central(local(c, 8, "<H", 9), 10, "<H", 9), "packed with Deflate64"),
        (lambda c: central(local(c, 8, "<H", 77), 10, "<H", 77), "packed with method 77"),
        (lambda c: central(c, 42, "<L", 3), "is not where the zip’s list says"),
        (lambda c: central(c, 42, "<L", 10**6), "is not in the zip"),
        (lambda c: central(local(c, 18, "<L", 10**6), 20, "<L", 10**6), "lies over the list"),
        (lambda c: local(c, 30, "<B", 0x62), "another name in the zip"),
        (lambda c: patched(c, 45, b"\xff\xff\xff\xff"), "“a.html” is"),
    ],
)
def test_a_list_that_does_not_agree_with_its_members_is_refused(
    lie: Callable[[bytes], bytes], sentence: str
) -> None:
    said = refused(lie(zipped({"a.html": PAGE})))
    assert any(each in said for each in sentence.split("|")), said
    assert "“a.html”" in said


def test_members_that_lie_over_one_another_are_refused() -> None:
    content = zipped({"a.html": PAGE, "b.html": PAGE}, zipfile.ZIP_STORED)
    # Both point at the first one, which has been given the other's name in between.
    said = refused(central(content, 42, "<L", 0, entry=1))
    assert "“b.html”" in said or "“a.html”" in said
    assert "lie over one another" in said or "another name" in said


def test_what_is_cut_short_glued_together_or_in_parts_is_refused() -> None:
    content = zipped({"a.html": PAGE, "b.html": PAGE})
    at = content.rindex(b"PK\x05\x06")
    assert "cut short" in refused(content[:-5])
    assert "cut short" in refused(content[:100])
    assert "cut short" in refused(b"")
    assert "not where its end says" in refused(b"MZ a program" + content)
    assert "not where its end says" in refused(content[:at] + b"hidden" + content[at:])
    assert "several parts" in refused(patched(content, at + 4, struct.pack("<H", 1)))
    assert "empty" in refused(zipped({}))
    assert "empty" in refused(patched(zipped({}), 10, b"\0"))


def test_a_folded_path_is_one_whatever_its_letters() -> None:
    assert fold("Ünïcode/É.HTML") == fold("ünïcode/e\u0301.html")


def what_is_wrong(content: bytes) -> str:
    try:
        read(content)
    except Refused as error:
        return str(error)
    return ""


def test_no_change_of_a_byte_gives_anything_but_a_sentence() -> None:
    """A thousand damaged zips: each is read, or refused in words."""
    chance = random.Random(20_261_122)
    whole = single("2004", files={"media/film.mp4": bytes(range(256)) * 8})
    list_at = whole.index(b"PK\x01\x02")
    said = set()
    for _ in range(1_000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            low = list_at if chance.random() < 0.6 else 0
            damaged[chance.randrange(low, len(damaged))] = chance.randrange(256)
        if chance.random() < 0.1:
            damaged = damaged[: chance.randrange(len(damaged))]
        if sentence := what_is_wrong(bytes(damaged)):
            said.add(sentence[-30:])
            assert sentence.endswith((".", "?"))
    assert len(said) > 8
    assert zips.MAX_ENTRIES < 65_536
