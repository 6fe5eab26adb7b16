"""Whoever changes a pack is found and the culprit is named; whoever forges all of it consistently
is exposed by a checkpoint that was mailed before."""

import json
import random
import re

import pytest

from portal.audit import keys
from portal.evidence import verify
from tests.evidence.forge import Forge, sha, zipped

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def forge():
    return Forge()


@pytest.fixture(scope="module")
def good(forge):
    return forge.files()


@pytest.fixture(scope="module")
def others():
    """Packs of the same portal at another time, and of another portal."""
    return [Forge(1).files(), Forge(0, secret="the secret of another portal").files()]


def fast(public, signature, text):
    """The same as the verifier's own, which test_verify.py holds against the standard."""
    return keys.is_signed(public.hex(), signature.hex(), text.decode())


def checked(files, *mails):
    given = [note for mail in mails for note in verify.mailed(mail.encode())]
    return verify.check(verify.Zip(zipped(files)), given, signed=fast)


def faults(files, *mails):
    result = checked(files, *mails)
    found = [sentence for each in result.checks for sentence in each.faults]
    assert bool(found) is not result.holds
    return found


def test_a_good_pack_holds(good, forge):
    assert faults(good) == []
    for number in range(len(forge.sizes)):
        assert faults(good, forge.mail(number)) == []


# -- small changes: 240 of them, by dice ---------------------------------------------------------

TEXT_FILES = ("events.jsonl", "facts/acknowledgments.csv", "openings.csv", "names.csv")


def flip(files, others, dice):
    """One bit of one file."""
    name = dice.choice(sorted(files))
    raw = bytearray(files[name])
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    files[name] = bytes(raw)
    return [name]


def drop(files, others, dice):
    """A whole file; what may be erased is no loss."""
    name = dice.choice(
        [name for name in sorted(files) if name not in ("names.csv", "openings.csv")]
    )
    del files[name]
    return [name]


def add(files, others, dice):
    """A file nobody put in."""
    name = dice.choice(["facts/more.csv", f"texts/{sha('x')}.md", "verify.txt", "x.html"])
    files[name] = b"x"
    return [name]


def add_line(files, others, dice):
    """A row or an event once more."""
    name = dice.choice(TEXT_FILES)
    lines = files[name].splitlines(keepends=True)
    lines.insert(dice.randrange(1, len(lines) + 1), dice.choice(lines[1:]))
    files[name] = b"".join(lines)
    return [name]


def drop_line(files, others, dice):
    name = dice.choice(TEXT_FILES)
    lines = files[name].splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    files[name] = b"".join(lines)
    return [name]


def reorder(files, others, dice):
    name = dice.choice(TEXT_FILES[:3])
    lines = files[name].splitlines(keepends=True)
    first, second = dice.sample(range(1, len(lines)), 2)
    lines[first], lines[second] = lines[second], lines[first]
    files[name] = b"".join(lines)
    return [name]


def cut_tail(files, others, dice):
    name = dice.choice(sorted(files))
    files[name] = files[name][: dice.randrange(len(files[name]))]
    return [name]


def swap_files(files, others, dice):
    """Two files of the pack under each other's names."""
    first, second = dice.sample([name for name in sorted(files) if "manifest" not in name], 2)
    files[first], files[second] = files[second], files[first]
    return [first, second]


def swap_packs(files, others, dice):
    """The same file out of another pack, where it differs."""
    other = dice.choice(others)
    names = [name for name in sorted(files) if name in other and other[name] != files[name]]
    name = dice.choice(names)
    files[name] = other[name]
    return [name]


def swap_half(files, others, dice):
    """Manifest and signature of another pack: what they sign is another checkpoint."""
    other = dice.choice(others)
    files |= {name: other[name] for name in ("manifest.json", "manifest.sig")}
    return ["checkpoints.json"]


CHANGES = [
    flip, drop, add, add_line, drop_line, reorder, cut_tail, swap_files, swap_packs, swap_half,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("seed", range(24))
def test_a_change_is_found_and_its_file_named(good, others, change, seed):
    files, dice = dict(good), random.Random(f"{change.__name__} {seed}")
    touched = change(files, others, dice)
    found = " ".join(faults(files))
    assert all(name in found for name in touched), found


# -- the same where manifest and signature were made to fit: the row or event is named -----------


def changed_line(files, name, number, change):
    lines = files[name].decode().splitlines(keepends=True)
    lines[number] = change(lines[number])
    return files | {name: "".join(lines).encode()}


@pytest.mark.parametrize("seed", range(30))
def test_a_changed_row_is_named_though_the_manifest_fits(forge, good, seed):
    dice = random.Random(seed)
    name = dice.choice(["facts/acknowledgments.csv", "openings.csv", "facts/retired.csv"])
    number = dice.randrange(1, len(good[name].splitlines()))

    def change(line):
        digits = [at for at, letter in enumerate(line) if letter.isdigit()]
        at = dice.choice(digits)
        return line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1 :]

    files = forge.resigned(changed_line(good, name, number, change))
    found = faults(files)
    assert any(f"{name}, row {number}" in sentence for sentence in found), found


@pytest.mark.parametrize("seed", range(30))
def test_a_changed_event_is_named_though_the_manifest_fits(forge, good, seed):
    dice = random.Random(seed)
    number = dice.randrange(len(good["events.jsonl"].splitlines()))
    part = dice.choice(["at", "tag", "subject", "by", "about", "data", "personal", "previous"])
    part = dice.choice([part, "hash", "proof"])

    def change(line):
        event = json.loads(line)
        event[part] = {
            "at": "2026-01-01T00:00:00.000000Z", "tag": "other.done", "subject": ["other", "9"],
            "by": 99, "about": 98, "data": "{}", "personal": "a" * 64, "previous": "b" * 64,
            "hash": "c" * 64, "proof": event["proof"][1:],
        }[part]  # fmt: skip
        return json.dumps(event) + "\n"

    files = forge.resigned(changed_line(good, "events.jsonl", number, change))
    found = faults(files)
    assert any(re.search(rf"[Ee]vent {number + 1}\b", sentence) for sentence in found), found


@pytest.mark.parametrize("number", range(1, 13))
def test_a_dropped_row_is_named_though_the_manifest_fits(forge, good, number):
    name = "facts/acknowledgments.csv"
    row = good[name].decode().splitlines()[number]
    files = changed_line(good, name, number, lambda line: "")
    files = changed_line(files, "openings.csv", number, lambda line: "")

    def fewer(manifest):
        manifest["facts"]["acknowledgments"]["rows"] -= 1

    found = faults(forge.resigned(files, fewer))
    assert found == [f"{name}: the row of event {row.split(',')[0]} is missing."]


def test_a_row_that_stands_twice_is_named(forge, good):
    name = "facts/acknowledgments.csv"
    files = changed_line(good, name, 3, lambda line: line * 2)

    def more(manifest):
        manifest["facts"]["acknowledgments"]["rows"] += 1

    assert "row 3 stands for it already" in " ".join(faults(forge.resigned(files, more)))


def test_a_row_of_which_the_portal_knew_less_is_counted(forge, good):
    """The server said how many rows it selected: leaving row and event out is not enough."""
    name = "facts/acknowledgments.csv"
    seq = int(good[name].decode().splitlines()[12].split(",")[0])
    files = changed_line(good, name, 12, lambda line: "")
    files = changed_line(files, "events.jsonl", seq - 1, lambda line: "")
    files = changed_line(files, "openings.csv", 12, lambda line: "")
    found = faults(forge.resigned(files))
    assert found == [
        "There are 24 events; the portal put in 25.",
        f"{name} has 11 rows; the portal put in 12.",
    ]


def test_a_row_under_the_event_of_another_is_named(forge, good):
    name = "facts/acknowledgments.csv"
    first, second = (good[name].decode().splitlines()[row].split(",", 1) for row in (1, 2))
    files = changed_line(good, name, 1, lambda line: f"{second[0]},{first[1]}\r\n")
    files = changed_line(files, name, 2, lambda line: f"{first[0]},{second[1]}\r\n")
    found = " ".join(faults(forge.resigned(files)))
    assert f"{name}, row 1" in found and f"{name}, row 2" in found


def test_a_text_that_is_not_there_is_named_at_its_row(forge, good):
    gone = next(name for name in good if name.startswith("texts/"))
    files = forge.resigned({name: raw for name, raw in good.items() if name != gone})
    found = faults(files)
    assert len(found) == 6 and all("the text of text_hash is not in the pack" in f for f in found)


def test_another_text_under_the_name_of_the_right_one_is_named(forge, good):
    name = next(name for name in good if name.startswith("texts/"))
    found = faults(forge.resigned(good | {name: b"# Travel\n\nDo as you like.\n"}))
    assert found == [f"{name} is not what its name stands for."]


# -- checkpoints and keys ------------------------------------------------------------------------


def with_checkpoints(forge, good, change):
    listed = json.loads(good["checkpoints.json"])["checkpoints"]
    change(listed)
    raw = json.dumps({"checkpoints": listed}).encode()
    return forge.resigned(good | {"checkpoints.json": raw})


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("root", "a" * 64, "signature is not over these words"),
        ("head", "a" * 64, "signature is not over these words"),
        ("at", "2026-01-05T09:00:00.000000Z", "signature is not over these words"),
        ("size", 7, "signature is not over these words"),
        ("signature", "a" * 128, "signature is not over these words"),
        ("key", "a" * 16, "does not bear the number"),
        ("proof", ["a" * 64], "does not continue"),
        ("proof", [], "does not continue"),
    ],
)  # fmt: skip
def test_a_changed_checkpoint_is_named(forge, good, part, value, said):
    files = with_checkpoints(forge, good, lambda listed: listed[1].update({part: value}))
    assert said in " ".join(faults(files))


def test_a_checkpoint_left_out_breaks_the_line_or_misses_its_mail(forge, good):
    files = with_checkpoints(forge, good, lambda listed: listed.pop(1))
    assert "does not continue" in " ".join(faults(files))
    other = forge.but(lambda it: it.sizes.pop(1)).files()
    assert faults(other) == []
    assert "is not among those in the pack" in " ".join(faults(other, forge.mail(1)))


def test_a_cut_tail_is_exposed_by_the_mail_that_counted_it(forge):
    def cut(it):
        del it.happenings[10:]
        del it.sizes[1:]
        it.sizes.append((10, it.at))

    shorter = forge.but(cut).files()
    assert faults(shorter) == []
    assert "the last events were cut off" in " ".join(faults(shorter, forge.mail(2)))


def test_an_older_pack_says_nothing_wrong_under_a_newer_mail(forge):
    older = forge.but(lambda it: it.sizes.pop()).files()
    result = checked(older, forge.mail(0), forge.mail(3))
    assert result.holds
    assert any("newer than the pack" in note for each in result.checks for note in each.notes)
    # But to compare with nothing is not to have compared.
    assert "nothing was compared" in " ".join(faults(older, forge.mail(3)))


# -- consistent forgeries: everything is written anew with the portal's own key ------------------


def backdate(it):
    it.happenings[3]["at"] -= it.happenings[3]["at"] - it.happenings[2]["at"]


def other_answer(it):
    it.happenings[3]["row"]["answers"] = "[3,2,1]"


def other_signer(it):
    it.happenings[5]["row"]["person"] = it.happenings[5]["about"] = 12


def other_text(it):
    it.texts[0] = "# Travel\n\nWhatever you like.\n"
    for one in it.happenings:
        if one["row"] and one["row"]["text_hash"] not in map(sha, it.texts):
            one["row"]["text_hash"] = sha(it.texts[0])


def left_out(it):
    del it.happenings[3]
    it.sizes = [(size - 1, at) for size, at in it.sizes]


def put_in(it):
    it.happenings.insert(3, dict(it.happenings[3], subject=["acknowledgment", "99"]))
    it.sizes = [(size + 1, at) for size, at in it.sizes]


def changed_places(it):
    it.happenings[2], it.happenings[4] = it.happenings[4], it.happenings[2]


FORGERIES = [
    backdate, other_answer, other_signer, other_text, left_out, put_in, changed_places,
]  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
@pytest.mark.parametrize("secret", [None, "the key of the forger"])
def test_a_consistent_forgery_is_exposed_by_the_mail_of_before(forge, forgery, secret):
    forged = forge.but(forgery)
    if secret:
        forged.key = Forge(secret=secret).key
    files = forged.files()
    # By itself it is beyond reproach: whoever holds the key can write any past.
    assert faults(files) == []
    for number in range(len(forge.sizes)):
        said = " ".join(faults(files, forge.mail(number)))
        assert any(words in said for words in ("written anew", "not among those", "were cut off"))


def test_the_same_past_under_another_key_is_exposed_too(forge):
    def take_over(it):
        it.key = Forge(secret="the key of the forger").key

    assert "was written anew" in " ".join(faults(forge.but(take_over).files(), forge.mail(0)))


def test_the_pack_of_another_portal_is_not_taken_for_this_ones(forge, others):
    assert faults(others[1]) == []
    assert "was written anew" in " ".join(faults(others[1], forge.mail(0)))


def test_what_was_mailed_stays_true_after_more_has_happened(forge):
    def more(it):
        it.happen("opened", "assignment", 77, {})
        it.checkpoint()

    later = forge.but(more).files()
    result = checked(later, forge.mail(3))
    assert result.holds
    assert any("The last 1 events came after" in n for each in result.checks for n in each.notes)


def test_an_event_written_later_than_its_date_says_is_named(forge):
    """Nothing of the past is touched: somebody adds today what is dated a month ago."""

    def slip_in(it):
        it.happenings.append(dict(it.happenings[3], subject=["acknowledgment", "500"]))
        it.checkpoint()

    late = forge.but(slip_in)
    seq = len(late.happenings)
    found = faults(late.files(), forge.mail(0))
    assert len(found) == 1 and f"Event {seq} is dated" in found[0]
    assert "does not count it yet" in found[0]


def test_a_manifest_under_another_key_than_the_checkpoint_is_named(forge, good):
    other = Forge(secret="the key of the forger")
    assert "another key" in " ".join(faults(other.resigned(good)))
