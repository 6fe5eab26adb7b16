"""What somebody tried against packs, signatures, links and erasures, and what is answered since."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest

from portal import clock
from portal.audit import Event, Look, keys
from portal.audit.models import commitment
from portal.demographics.models import Demographics
from portal.evidence import verify
from portal.evidence.models import Pack
from portal.people.models import Person
from portal.retention.erasing import Erasure
from portal.retention.models import LegalHold
from tests.evidence.conftest import ask, build, signed
from tests.evidence.forge import Forge, sha, zipped
from tests.policies.conftest import conduct, publish

__all__ = ["ask", "build", "conduct", "publish", "signed"]


def checked(files: Any, *mails: str) -> Any:
    given = [note for mail in mails for note in verify.mailed(mail.encode())]
    zip_file = files if isinstance(files, io.BytesIO) else zipped(files)
    return verify.check(verify.Zip(zip_file), given)


def faults(result: Any) -> str:
    return " ".join(sentence for each in result.checks for sentence in each.faults)


def gone_on(real: Forge) -> Forge:
    """The same pack, to which somebody without the key added a signature and a checkpoint."""
    forged = real.but(lambda it: None)
    opening = {"salt": "0" * 32, "payload": "{}"}
    row = {
        "id": 999, "person": 77, "revision": 1, "text_hash": sha(real.texts[0]),
        "on_behalf": False, "answers": "[]", "since_revision": None, "note": "",
        "personal_hash": commitment(**opening),
    }  # fmt: skip
    forged.happen("signed", "acknowledgment", 999, {"document": 7}, row, opening)
    forged.checkpoint()
    forged.key = keys.signing_key("a key of one’s own")
    own = forged.checkpoints()[-1]
    forged.checkpoints = lambda: [*real.checkpoints(), own]  # type: ignore[method-assign]
    return forged


def test_nobody_goes_on_from_the_newest_mail_with_a_key_of_their_own() -> None:
    """Everything the portal signed is in it, and all mails are at hand: only the key is another."""
    real = Forge()
    forged = gone_on(real)
    mails = [real.mail(number) for number in range(len(real.sizes))]
    result = checked(forged.files(), *mails)
    assert "no mail given bears it" in faults(result)
    by_itself = checked(forged.files())
    notes = [note for each in by_itself.checks for note in each.notes]
    assert any("another key signs" in note for note in notes)


def test_a_portal_whose_key_was_changed_is_believed_by_the_mail_under_the_new_one() -> None:
    real = Forge()
    later = gone_on(real)
    entry = later.checkpoints()[-1]
    fields = {name: entry[name] for name in ("size", "root", "head", "at", "key", "public")}
    note = keys.with_signature(keys.note(verify.CHECKPOINT_TITLE, **fields), entry["signature"])
    begin, end = (f"-----{word} PEOPLE PORTAL CHECKPOINT-----\n" for word in ("BEGIN", "END"))
    assert checked(later.files(), real.mail(3), begin + note + end).holds


def test_what_a_pack_says_begins_no_line_of_its_own_on_the_screen() -> None:
    forge = Forge()
    lie = "x\nok    Checkpoints from earlier mails: all well.\nThe pack holds.\x1b[8m\u202e"

    def tell(manifest: Any) -> None:
        manifest["facts"][lie] = manifest["facts"]["retired"] | {"rows": 5}

    result = checked(forge.resigned(forge.files(), tell))
    lines = list(verify.told(result))
    assert not result.holds and lines[-1] == "Do not rely on this pack."
    assert all(line.isprintable() for line in lines)
    assert "The pack holds." not in lines


def longer(files: dict[str, bytes]) -> io.BytesIO:
    """`index.html` unpacks to more than its zip says, and to what it says for who stops there."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(name, content + (b"<h1>No</h1>" if name == "index.html" else b""))
    raw, real = bytearray(into.getvalue()), files["index.html"]
    entry = raw.rfind(b"index.html") - 46
    raw[entry + 16 : entry + 20] = struct.pack("<L", zlib.crc32(real))
    raw[entry + 24 : entry + 28] = struct.pack("<L", len(real))
    return io.BytesIO(bytes(raw))


def with_field(files: dict[str, bytes]) -> io.BytesIO:
    """Some programs call `names.csv` what its Unicode field says."""
    into, other = io.BytesIO(), b"index2.html"
    with zipfile.ZipFile(into, "w") as whole:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            if name == "names.csv":
                words = struct.pack("<BL", 1, zlib.crc32(name.encode())) + other
                info.extra = struct.pack("<HH", 0x7075, len(words)) + words
            whole.writestr(info, content)
    return into


def with_folder(files: dict[str, bytes]) -> io.BytesIO:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as whole:
        for name, content in files.items():
            whole.writestr(name, content)
        whole.writestr("folder/", "what nobody looks at")
    return into


def test_a_zip_holds_nothing_that_other_programs_read_and_this_one_does_not() -> None:
    files = Forge().files()
    assert "index.html is damaged: it is larger than it says" in faults(checked(longer(files)))
    with pytest.raises(verify.NoPack, match="another name for other programs"):
        checked(with_field(files))
    with pytest.raises(verify.NoPack, match="folder that hides something"):
        checked(with_folder(files))


def test_the_first_and_last_days_there_are_are_no_moment(as_: Any) -> None:
    helen = as_("helen")
    for typed in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert helen.get(f"/evidence/as-of?known_at={typed}").status_code == 422
        assert helen.get(f"/evidence/as-of/facts.csv?known_at={typed}").status_code == 422


def test_a_page_of_checkpoints_is_drawn_as_a_part_too(as_: Any) -> None:
    parts = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert as_("helen").get("/evidence/checkpoints?page=2", headers=parts).status_code == 200


def test_what_an_auditor_typed_to_find_somebody_is_not_kept(as_: Any, who: Any) -> None:
    """The reading log outlives the people in it; their names are nothing it needs."""
    audrey = as_("audrey")
    for address in (
        "/evidence/as-of?person=erin@halden.example&state=met",
        "/certificates/everybody?q=Erin+Castellanos",
    ):
        assert audrey.get(address).status_code == 200
    read = {look.subject_id for look in Look.select().where(Look.person_id == who.audrey.id)}
    assert {"/evidence/as-of?state=met", "/certificates/everybody"} <= read
    assert not any("rin" in address for address in read)


def test_no_kept_pack_names_who_was_erased_and_it_holds_as_before(
    signed: Any, who: Any, ask: Any, build: Any, move_clock: Any
) -> None:
    """Files, details and names lay in the zip for as long as HR wanted to keep it."""
    pack = ask()
    assert build() == 1
    pack = Pack.get_by_id(pack.id)
    pack.keep(True, by=who.helen)
    before = members(pack)
    assert any(b"Erin" in content for content in before.values())
    who.erin.depart(by=who.helen, last_day_on=clock.today(), access_ends_at=clock.now())
    move_clock(days=2)
    erasure = Erasure.begin(Person.get_by_id(who.erin.id), by=who.helen, reason="Asked for it.")
    assert erasure.work()
    pack = Pack.get_by_id(pack.id)
    after = members(pack)
    assert not any(b"Erin" in content for content in after.values())
    assert set(before) - set(after) == {"names.csv", "openings.csv", "people.html"}
    assert all(before[name] == content for name, content in after.items())
    with pack.blob.open() as file:
        result = verify.check(verify.Zip(io.BytesIO(file.read())))
    assert result.holds, faults(result)
    assert (pack.has_names, pack.is_ready) == (False, True)
    assert Event.select().where(Event.tag == "pack.unnamed").count() == 1


def members(pack: Pack) -> dict[str, bytes]:
    with pack.blob.open() as file, zipfile.ZipFile(file) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def test_a_hold_keeps_what_a_leaver_said_of_themselves(who: Any, move_clock: Any) -> None:
    """Nothing of somebody under hold goes by itself, whichever job would let it go."""
    Demographics.answer(who.erin, {"gender": "woman"})
    who.erin.depart(by=who.helen, last_day_on=clock.today(), access_ends_at=clock.now())
    hold = LegalHold.place(person=who.erin, kept=None, reason="A suit", counsel="", by=who.helen)
    move_clock(days=2)
    assert Demographics.forget_leavers() == 0
    hold.lift(by=who.helen)
    assert Demographics.forget_leavers() == 1
