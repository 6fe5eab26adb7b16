"""Notes: those of both and one's own, saved while one writes, never over what the other wrote."""

from datetime import timedelta
from typing import Any

from portal.audit import Event
from portal.oneonones import holding
from portal.oneonones.models import Talk
from portal.oneonones.notes import PrivateNote
from tests.cast import TODAY
from tests.oneonones.conftest import again, moved


def test_the_notes_of_both_are_saved_while_one_writes(as_: Any, pair: Any) -> None:
    address = f"{pair.next.url}/notes"
    answer = as_("erin").hx(address, "notes-form", data={"words": "Agreed", "version": "0"})
    assert answer.status_code == 200 and 'value="1"' in answer.text
    assert "Agreed" in as_("mara").get(pair.url).text
    plain = as_("mara").post(address, data={"words": "Agreed, both", "version": "1"})
    assert plain.status_code == 303 and Talk.get().notes == "Agreed, both"


def test_nobody_writes_over_what_the_other_saved_meanwhile(as_: Any, pair: Any) -> None:
    address = f"{pair.next.url}/notes"
    as_("erin").hx(address, "notes-form", data={"words": "Hers", "version": "0"})
    late = as_("mara").hx(address, "notes-form", data={"words": "Mine", "version": "0"})
    assert late.status_code == 409
    assert "Hers" in late.text and "Mine" in late.text and "Erin wrote here" in late.text
    assert 'value="1"' in late.text and Talk.get().notes == "Hers"
    plain = as_("mara").post(address, data={"words": "Mine", "version": "0"})
    assert plain.status_code == 409 and "Hers" in plain.text and "<html" in plain.text
    both = as_("mara").post(address, data={"words": "Hers and mine", "version": "1"})
    assert both.status_code == 303 and Talk.get().notes == "Hers and mine"


def test_private_notes_are_kept_for_each_alone_and_leave_no_event(as_: Any, pair: Any) -> None:
    address = f"{pair.next.url}/private-notes"
    clients = {name: as_(name) for name in ("erin", "mara")}
    events = Event.select().count()
    for name, client in clients.items():
        said = {"words": f"For {name} alone", "version": "0"}
        assert client.hx(address, "private-form", data=said).status_code == 200
    assert Event.select().count() == events and PrivateNote.select().count() == 2
    assert "For erin alone" in as_("erin").get(pair.url).text
    assert "For mara alone" not in as_("erin").get(pair.url).text
    assert "For erin alone" not in as_("mara").get(pair.url).text
    other = as_("erin").hx(address, "private-form", data={"words": "Newer", "version": "0"})
    assert other.status_code == 409 and "For erin alone" in other.text


def test_notes_that_cannot_be_kept_say_why(as_: Any, pair: Any) -> None:
    for part in ("notes", "private-notes"):
        for words in ("x" * 6_001, "a\0b"):
            said = {"words": words, "version": "0"}
            answer = as_("erin").post(f"{pair.next.url}/{part}", data=said)
            assert answer.status_code == 422, part
        odd = as_("erin").post(f"{pair.next.url}/{part}", data={"words": "a", "version": "x"})
        assert odd.status_code == 303
    assert Talk.get().notes == "a"


def test_the_notes_of_a_talk_stay_with_it(as_: Any, who: Any, pair: Any) -> None:
    pair.next.write_notes("Of the first", 0, by=who.erin)
    PrivateNote.write(pair.next, "Hers of the first", 0, by=who.erin)
    talk = holding.hold(again(pair), TODAY, by=who.erin, number=1)
    assert talk
    page = as_("erin").get(pair.url).text
    assert "Of the first" not in page and "Hers of the first" not in page
    past = as_("erin").get(talk.url).text
    assert "Of the first" in past and "Hers of the first" in past
    seen = as_("mara").get(talk.url).text
    assert "Of the first" in seen and "Hers of the first" not in seen
    late = as_("mara").post(f"{talk.url}/notes", data={"words": "More", "version": "1"})
    assert late.headers["Location"].startswith(talk.url)


def test_ones_own_notes_are_changed_and_emptied_after_another_leads(
    as_: Any, who: Any, full: Any, move_clock: Any
) -> None:
    held = Talk.get(Talk.number == 1)
    moved(who)
    for name in ("erin", "mara"):
        page = as_(name).get(held.url).text
        assert f'action="{held.url}/private-notes"' in page
        assert f'action="{held.url}/notes"' not in page
        assert "Your own private notes you can still change" in as_(name).get(full.url).text
        said = {"words": "Otherwise", "version": "1"}
        part = as_(name).hx(f"{held.url}/private-notes", "private-form", data=said)
        assert part.status_code == 200 and 'value="2"' in part.text
    emptied = as_("erin").post(f"{held.url}/private-notes", data={"words": "", "version": "2"})
    assert emptied.status_code == 303
    assert [note.words for note in PrivateNote.all_of(who.erin)] == [""]
    assert [note.words for note in PrivateNote.all_of(who.mara)] == ["Otherwise"]


def test_whoever_has_left_changes_nothing_and_keeps_what_they_typed(
    as_: Any, who: Any, full: Any, move_clock: Any
) -> None:
    held = Talk.get(Talk.number == 1)
    who.erin.depart(by=who.helen, last_day_on=TODAY, access_ends_at=TODAY + timedelta(days=9))
    move_clock(days=2)
    answer = as_("erin").post(
        f"{held.url}/private-notes", data={"words": "Too late", "version": "1"}
    )
    assert (
        answer.status_code == 422 and "Too late" in answer.text and "You have left" in answer.text
    )
    assert "CANARY of erin" in as_("erin").get(held.url).text


def test_what_was_typed_when_another_came_to_lead_is_not_lost(
    as_: Any, who: Any, pair: Any
) -> None:
    moved(who)
    address, said = f"{pair.next.url}/notes", {"words": "Typed for long", "version": "0"}
    for answer in (as_("mara").post(address, data=said), as_("mara").hx(address, "x", data=said)):
        assert answer.status_code == 422
        assert "Typed for long" in answer.text and "This one-on-one has ended" in answer.text
    assert Talk.get().notes == ""
