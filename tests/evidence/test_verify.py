"""The verifier that lies in every pack: one file, no libraries, and no pack it stumbles over."""

import ast
import io
import json
import random
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.evidence import verify
from tests.evidence.forge import Forge, sha, table, zipped

pytestmark = pytest.mark.one_database

SOURCE = Path(verify.__file__)


@pytest.fixture(scope="module")
def forge():
    return Forge()


@pytest.fixture(scope="module")
def good(forge):
    return forge.files()


def run(folder, *arguments):
    """As somebody outside runs it: isolated, in a folder of its own."""
    (folder / "verify.py").write_bytes(SOURCE.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "verify.py", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={},
    )  # fmt: skip


def faults(files):
    result = verify.check(verify.Zip(zipped(files)))
    return [sentence for each in result.checks for sentence in each.faults]


# -- alone on a strange computer -----------------------------------------------------------------


def test_a_good_pack_passes_in_an_empty_folder(tmp_path, forge, good):
    (tmp_path / "pack.zip").write_bytes(zipped(good).read())
    (tmp_path / "mail.txt").write_text(forge.mail(1))
    done = run(tmp_path, "pack.zip", "--checkpoint", "mail.txt")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The pack holds." in done.stdout and "FAULT" not in done.stdout
    assert "events 1 to 16 are what was mailed then" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"pack.zip", "mail.txt", "verify.py"}


def test_an_unpacked_one_passes_too_and_a_changed_one_does_not(tmp_path, good):
    for name, content in good.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert run(tmp_path, "pack").returncode == 0
    # The mail may lie beside the files; anything else there is named.
    (tmp_path / "pack" / "mail.txt").write_text(Forge().mail(0))
    assert run(tmp_path, "pack", "--checkpoint", "pack/mail.txt").returncode == 0
    assert "mail.txt does not belong to the pack" in run(tmp_path, "pack").stdout
    (tmp_path / "pack" / "mail.txt").unlink()
    (tmp_path / "pack" / "index.html").write_text("Something else")
    done = run(tmp_path, "pack")
    assert done.returncode == 1
    assert "FAULT Files: index.html was changed." in done.stdout
    assert "Do not rely on this pack." in done.stdout


def test_a_forgery_fails_with_the_mail_of_before(tmp_path, forge):
    forged = forge.but(lambda it: it.happenings[1]["row"].update(answers="[]")).files()
    (tmp_path / "pack.zip").write_bytes(zipped(forged).read())
    (tmp_path / "mail.txt").write_text(forge.mail(0))
    assert run(tmp_path, "pack.zip").returncode == 0
    done = run(tmp_path, "pack.zip", "--checkpoint", "mail.txt")
    assert done.returncode == 1 and "was written anew" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "no whole zip file"),
        (b"PK\x03\x04 and more", "no whole zip"),
    ],
)
def test_what_is_no_pack_is_said_in_a_sentence(tmp_path, content, said):
    if content is not None:
        (tmp_path / "pack.zip").write_bytes(content)
    done = run(tmp_path, "pack.zip")
    assert done.returncode == 1 and said in done.stdout and not done.stderr


def test_a_mail_without_a_checkpoint_is_said_in_a_sentence(tmp_path, good):
    (tmp_path / "pack.zip").write_bytes(zipped(good).read())
    (tmp_path / "mail.txt").write_text("Good morning")
    done = run(tmp_path, "pack.zip", "--checkpoint", "mail.txt")
    assert done.returncode == 1 and "there is no checkpoint in it" in done.stdout


def test_it_needs_nothing_but_python_39():
    source = SOURCE.read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    later = ("removeprefix_map", "zip(strict", "datetime.UTC", "from datetime import UTC")
    assert not any(word in source for word in later)


def test_it_says_it_for_machines_too(tmp_path, good):
    (tmp_path / "pack.zip").write_bytes(zipped(good).read())
    said = json.loads(run(tmp_path, "--json", "pack.zip").stdout)
    assert said["holds"] is True and said["checkpoint"]["size"] == 25
    assert {each["title"] for each in said["checks"]} >= {"Manifest", "Files", "Events"}


# -- Ed25519 ---------------------------------------------------------------------------------------

# RFC 8032, 7.1: TEST 1, 2 and 3.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
        "b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
        "1d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
        "c6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "text", "signature"), VECTORS)
def test_the_signatures_of_the_standard(public, text, signature):
    raw = [bytes.fromhex(part) for part in (public, signature, text)]
    assert verify.is_signed(*raw)
    for part in range(3):
        for changed in _bits(raw[part]):
            other = [*raw[:part], changed, *raw[part + 1 :]]
            assert not verify.is_signed(*other)
    assert not verify.is_signed(raw[0], raw[1], raw[2] + b"\x00")


def _bits(raw):
    for bit in range(0, len(raw) * 8, 37):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_the_library_the_portal_signs_with(seed):
    dice = random.Random(seed)
    key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
    public, text = key.public_key().public_bytes_raw(), dice.randbytes(dice.randrange(300))
    assert verify.is_signed(public, key.sign(text), text)
    assert not verify.is_signed(public, key.sign(text + b"."), text)


def test_no_second_spelling_of_a_signature_is_taken():
    """A scalar beyond the order, a point beyond the field, a wrong length (5.1.7)."""
    public, text, signature = (bytes.fromhex(part) for part in VECTORS[1])
    scalar = int.from_bytes(signature[32:], "little") + verify.L
    assert not verify.is_signed(public, signature[:32] + scalar.to_bytes(32, "little"), text)
    assert not verify.is_signed(public, signature + b"\x00", text)
    assert not verify.is_signed(public, signature[:63], text)
    assert not verify.is_signed(public[:31], signature, text)
    beyond = (verify.P + 1).to_bytes(32, "little")
    assert not verify.is_signed(beyond, signature, text)
    assert not verify.is_signed(public, beyond + signature[32:], text)
    assert not verify.is_signed(b"\xff" * 32, signature, text)


# -- mails -----------------------------------------------------------------------------------------


def as_eml(text, **options):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "portal@example.com", "a@example.com", "Checkpoint"
    mail.set_content(text, **options)
    mail.add_alternative(f"<pre>{text}</pre>", subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "spelled",
    [
        str.encode,
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: "".join(f"> {line}\n" for line in text.splitlines()).encode(),
        lambda text: "".join(f"  >> {line} \n" for line in text.splitlines()).encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: as_eml(text, cte="quoted-printable"),
        lambda text: as_eml(text, cte="base64"),
        lambda text: as_eml(text + "\n\nGrüße\n", cte="8bit"),
    ],
)
def test_a_checkpoint_is_read_however_the_mail_was_kept(forge, spelled):
    (note,) = verify.mailed(spelled(forge.mail(2)))
    assert note.size == 24 and note.problem(verify.is_signed) == ""


def test_a_conversation_of_several_is_read_whole(forge):
    found = verify.mailed((forge.mail(0) + forge.mail(1)).encode())
    assert [note.size for note in found] == [8, 16]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("-----END", "-----"),
        lambda text: text.replace("\nroot ", "\nroots "),
        lambda text: text.replace("size 8", "size 08"),
        lambda text: text.replace("size 8", "size 8\nsize 9"),
        lambda text: text.replace("checkpoint 1\n", "checkpoint 2\n"),
        lambda text: text.replace("2026-01-05T", "2026-13-05T"),
        lambda text: text.replace("2026", "２０２６"),
        lambda text: text.replace("signature ", "signature 00", 1),
    ],
)
def test_a_checkpoint_that_is_not_whole_is_refused(forge, change):
    mail = forge.mail(0)
    assert change(mail) != mail
    with pytest.raises(ValueError):
        verify.mailed(change(mail).encode())


@pytest.mark.parametrize("line", ["size", "root", "head", "at", "public", "key"])
def test_a_changed_word_in_a_mail_is_named_as_a_forged_mail(forge, good, line):
    mail = forge.mail(1)
    at = mail.index(f"\n{line} ") + len(line) + 3
    digit = "2" if mail[at] != "2" else "3"
    at = at + 2 if line == "at" else at
    changed = mail[:at] + digit + mail[at + 1 :]
    result = verify.check(verify.Zip(zipped(good)), verify.mailed(changed.encode()))
    assert not result.holds
    assert "The mailed checkpoint" in result.checks[-1].faults[0]


# -- zips ------------------------------------------------------------------------------------------


def refused(file):
    with pytest.raises(verify.NoPack) as refusal:
        verify.Zip(file)
    return str(refusal.value)


def zip_of(*entries, **options):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, **options) as whole:
        for name, content in entries:
            whole.writestr(name, content)
    return into


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "/etc/passwd", "a/../../b", "a//b", "C:/x", "a\\b", "a b", "ä.txt", "x" * 201,
     "..", "a/./b/..", "\x1b[2J"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name):
    assert "name" in refused(zip_of((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused():
    assert "a.txt is in the zip twice" in refused(zip_of(("a.txt", b"x"), ("a.txt", b"y")))
    assert "capital letters" in refused(zip_of(("a.txt", b"x"), ("A.txt", b"y")))


def test_a_link_is_refused():
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    assert "no plain file" in refused(zip_of((info, b"/etc/passwd")))


def test_what_swells_is_refused_before_it_is_read():
    assert "packed more than 200 times smaller" in refused(zip_of(("a.txt", b"0" * 5_000_000)))


@pytest.mark.parametrize("flag", [0x1, 0x40])
def test_what_is_encrypted_is_refused(flag):
    raw = bytearray(zip_of(("a.txt", b"x")).getvalue())
    raw[raw.index(b"PK\x01\x02") + 8] |= flag
    assert "encrypted" in refused(io.BytesIO(raw))


def test_entries_that_share_their_bytes_are_refused():
    """The second entry's head points at the first one's: two names, one content."""
    raw = bytearray(zip_of(("a.txt", b"one"), ("b.txt", b"two")).getvalue())
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    raw[second + 42 : second + 46] = (0).to_bytes(4, "little")
    assert "another name inside the zip" in refused(io.BytesIO(raw))
    raw[second + 46 : second + 51] = b"a.txt"
    assert "twice" in refused(io.BytesIO(raw))


def test_an_entry_inside_another_is_refused():
    inner = zip_of(("b.txt", b"two")).getvalue()
    outer = zipfile.ZipInfo("a.txt")
    raw = bytearray(zip_of((outer, inner), ("b.txt", b"two")).getvalue())
    second = raw.index(b"PK\x01\x02", raw.rindex(b"a.txt"))
    at = raw.index(b"PK\x03\x04", 4)
    raw[second + 42 : second + 46] = at.to_bytes(4, "little")
    assert "overlaps" in refused(io.BytesIO(raw))


def test_hidden_bytes_are_refused():
    raw = zip_of(("a.txt", b"x")).getvalue()
    assert "hides something" in refused(io.BytesIO(b"MZ" * 40 + raw))
    directory = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    moved = (directory + 80).to_bytes(4, "little")
    gap = raw[:directory] + b"x" * 80 + raw[directory : end + 16] + moved + raw[end + 20 :]
    assert "hides something" in refused(io.BytesIO(gap))
    with_comment = zip_of(("a.txt", b"x"))
    with zipfile.ZipFile(with_comment, "a") as whole:
        whole.comment = b"and more"
    assert "hides something" in refused(with_comment)


def test_too_many_or_too_large_files_are_refused(monkeypatch):
    monkeypatch.setattr(verify, "MAX_FILES", 2)
    assert "more than 2 files" in refused(zip_of(("a", b""), ("b", b""), ("c", b"")))
    monkeypatch.setattr(verify, "MAX_FILE_BYTES", 10)
    assert "larger than a pack can be" in refused(zip_of(("a", b"x" * 11)))


def test_a_link_in_a_folder_is_refused(tmp_path, good):
    (tmp_path / "names.csv").symlink_to("/etc/passwd")
    with pytest.raises(verify.NoPack, match="neither file nor folder"):
        verify.open_pack(tmp_path)


def test_folders_and_streams_in_a_zip_are_no_fault(good):
    """As a pack looks that somebody unpacked and packed again, or that came through a pipe."""
    into = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, part):
            return into.write(part)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("texts/", "")
        for name, content in good.items():
            whole.writestr(name, content)
    assert verify.check(verify.Zip(into)).holds


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_zip_is_a_sentence_or_the_same_content(good, seed):
    raw = bytearray(zipped(good).read())
    dice = random.Random(seed)
    for _ in range(dice.choice([1, 1, 3])):
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    try:
        pack = verify.Zip(io.BytesIO(raw))
    except verify.NoPack:
        return
    if verify.check(pack).holds:
        assert {name: pack.open(name).read() for name in pack.sizes} == good


# -- strange content is a fault, never a crash ---------------------------------------------------

STRANGE = [
    None, True, -1, 2**70, 1.5, "", "x", "9" * 5000, "\ud800", [], [[]], {}, {"a": 1}, [None],
    [1, 2], "a" * 64, "2026-99-99T00:00:00.000000Z", ["a" * 64] * 70,
]  # fmt: skip


def paths_of(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:2])
    if isinstance(value, dict | list):
        for key, inner in items:
            yield (*path, key)
            if isinstance(inner, dict | list):
                yield from paths_of(inner, (*path, key))


def put(value, path, strange):
    if not path:
        return strange
    value[path[0]] = put(value[path[0]], path[1:], strange)
    return value


@pytest.mark.parametrize("name", ["manifest.json", "checkpoints.json", "events.jsonl"])
def test_whatever_stands_where_something_else_should(forge, good, name):
    dice = random.Random(name)
    first, _, rest = good[name].decode().partition("\n" if name == "events.jsonl" else "\0")
    for path in sorted(set(paths_of(json.loads(first))), key=str):
        for strange in dice.sample(STRANGE, 3):
            raw = json.dumps(put(json.loads(first), path, strange)) + ("\n" + rest if rest else "")
            files = good | {name: raw.encode()}
            files = files if name == "manifest.json" else forge.resigned(files)
            verify.check(verify.Zip(zipped(files)), signed=lambda *_: True)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"[]", b"null", b'{"a":1,"a":2}', b'"\\ud800"',
     b"NaN", b"1" * 6000, b"\x00" * 50, b'a"b,c"d\r\n"', b",,,\n",
     b"event,column,salt,payload\r\n1,personal"],
)  # fmt: skip
def test_whatever_a_file_may_hold(forge, good, raw):
    for name in good:
        files = good | {name: raw}
        if not name.startswith("manifest"):
            files = forge.resigned(files)
        if name not in ("index.html", "names.csv"):
            assert faults(files)


def test_only_so_many_faults_are_named_and_the_rest_counted(good):
    files = dict(good) | {f"more/{number}": b"x" for number in range(80)}
    result = verify.check(verify.Zip(zipped(files)))
    assert len(result.checks[1].faults) == verify.MAX_NAMED and result.checks[1].more == 30
    assert "FAULT Files: and 30 more." in list(verify.told(result))


# -- what may be missing, and what may not -------------------------------------------------------


def test_what_can_be_erased_may_be_missing_and_is_said(good):
    files = {name: raw for name, raw in good.items() if name not in ("names.csv", "openings.csv")}
    result = verify.check(verify.Zip(zipped(files)))
    assert result.holds
    assert sum("It can be erased" in note for each in result.checks for note in each.notes) == 2


def test_a_changed_name_is_no_erasure(good):
    files = good | {"names.csv": b"kind,id,name\r\nperson,1,Somebody else\r\n"}
    assert faults(files) == ["names.csv was changed."]


def test_an_opening_that_opens_nothing_is_named(forge, good):
    rows = [[2, "personal", "salt", "payload"], [1, "note", "a", "b"], [99, "personal", "", ""]]
    raw = table(["event", "column", "salt", "payload"], rows).encode()
    found = faults(forge.resigned(good | {"openings.csv": raw}))
    assert len(found) == 3 and all("openings.csv, row" in sentence for sentence in found)


def test_a_personal_part_of_an_event_can_be_opened():
    forge = Forge()
    forge.happenings[0]["opening"] = {"salt": "s" * 32, "payload": '{"name":"Erin"}'}
    found = [sentence for sentence in faults(forge.files()) if "openings" in sentence]
    assert found == []


def test_cells_are_read_as_they_were_written():
    values = ["", "=1+1", "+", "-5", "@x", "'", '"', '"a"', "\tx", "plain", "a,b", "ü\n"]
    raw = table(["text"], [[value] for value in values])
    import csv

    rows = list(csv.reader(io.StringIO(raw, newline="")))[1:]
    assert [verify.read_cell(row[0], "text") for row in rows] == values
    assert not any(row[0][:1] in "=+-@'\t" and row[0] for row in rows)
    assert verify.read_cell("", "int") is None and verify.read_cell("true", "bool") is True
    for cell, kind in (
        ("01", "int"),
        ("True", "bool"),
        ("x", "int"),
        ('"x', "text"),
        ("{", "json"),
    ):
        with pytest.raises((ValueError, KeyError)):
            verify.read_cell(cell, kind)


def test_the_name_of_a_text_is_its_hash(good):
    texts = [name for name in good if name.startswith("texts/")]
    assert len(texts) == 2 and all(name == f"texts/{sha(good[name])}.md" for name in texts)
