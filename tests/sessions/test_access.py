"""Who finds which session and does what with it: the cast at every address."""

import io
from typing import Any

from portal import db
from portal.documents.models import Document
from portal.learning import practice
from portal.learning.practice import Practice
from portal.sessions import access, booking
from portal.sessions.models import Seat, Session
from tests import cast
from tests.learning.test_practice import ON_THE_JOB, SAID
from tests.reach import knock
from tests.sessions.conftest import LIVE, STARTS, publish
from tests.sessions.test_pages import FORM
from tests.uploads.files import PNG

NOWHERE = "/learning/sessions/999999"
# First aid is for everyone; Ida holds the session. Nia starts on Monday; Lev has left.
STAFF = dict.fromkeys(cast.NAMES, 200) | {"audrey": 404, "lev": 303}
NOBODY = dict.fromkeys(cast.NAMES, 404) | {"lev": 303}
KEEPERS = dict.fromkeys(cast.NAMES, 403) | {
    "helen": 200, "ida": 200, "audrey": 404, "lev": 303,
}  # fmt: skip


def posts(table: dict[str, int]) -> dict[str, int]:
    """The same for a write: it leads to another page."""
    return {name: 303 if status == 200 else status for name, status in table.items()}


def hidden(table: dict[str, int]) -> dict[str, int]:
    """Who may not do it does not find it either."""
    return {name: 404 if status == 403 else status for name, status in table.items()}


def test_a_session_is_found_by_whoever_finds_its_course(as_: Any, plan: Any) -> None:
    session = plan()
    knock(as_, STAFF, session.url, nowhere=NOWHERE)
    knock(as_, STAFF, f"{session.url}/calendar.ics", nowhere=f"{NOWHERE}/calendar.ics")
    knock(as_, STAFF, "/learning/sessions", nowhere="/learning/sessions/nothing")


def test_a_session_of_a_course_for_others_is_not_there_but_for_who_holds_it_or_has_a_seat(
    as_: Any, plan: Any, who: Any
) -> None:
    session, sales = plan(), publish(
        LIVE.replace("First aid", "Selling").replace("everyone", "department = Sales"), who.helen
    )  # fmt: skip
    with db.write():
        Session.update(course=sales).where(Session.id == session.id).execute()
    booking.book(Session.get_by_id(session.id), who.ben, by=who.helen)
    sees = NOBODY | {"helen": 200, "otto": 200, "olga": 200, "ida": 200, "ben": 200}
    knock(as_, sees, session.url, nowhere=NOWHERE)
    # Who has a seat gives it back; who may not take the course takes none.
    books = posts(sees) | {"ida": 403, "helen": 403, "ben": 403}
    knock(as_, books, f"{session.url}/seat", nowhere=f"{NOWHERE}/seat", data={})


def test_planning_changing_and_canceling_is_for_hr_and_who_holds_it(
    as_: Any, plan: Any, course: Document
) -> None:
    session = plan()
    new, nowhere = f"/learning/courses/{course.id}/sessions", "/learning/courses/999999/sessions"
    knock(as_, hidden(KEEPERS), f"{new}/new", nowhere=f"{nowhere}/new")
    knock(as_, posts(hidden(KEEPERS)), new, nowhere=nowhere, data=FORM)
    knock(as_, KEEPERS, f"{session.url}/edit", nowhere=f"{NOWHERE}/edit")
    knock(as_, KEEPERS, f"{session.url}/copy", nowhere=f"{NOWHERE}/copy")
    data = {name: value for name, value in FORM.items() if name not in ("every", "times")}
    knock(as_, posts(KEEPERS), f"{session.url}/edit", nowhere=f"{NOWHERE}/edit", data=data)
    knock(
        as_, posts(KEEPERS), "", nowhere=f"{NOWHERE}/cancellation", data={"reason": ""},
        before=lambda: f"{plan().url}/cancellation",
    )  # fmt: skip


def test_seats_are_for_whoever_may_take_the_course(as_: Any, plan: Any, who: Any) -> None:
    session = plan()
    knock(as_, posts(STAFF), f"{session.url}/seat", nowhere=f"{NOWHERE}/seat", data={})
    knock(
        as_, posts(STAFF), f"{session.url}/seat/return", nowhere=f"{NOWHERE}/seat/return", data={}
    )
    others = posts(dict.fromkeys(STAFF, 403) | {
        "helen": 200, "dora": 200, "mara": 200, "otto": 422, "audrey": 404, "lev": 303,
    })  # fmt: skip
    data = {"person": "erin@halden.example"}
    knock(as_, others, f"{session.url}/seats", nowhere=f"{NOWHERE}/seats", data=data)

    def booked() -> str:
        seat = booking.book(session, who.erin, by=who.erin)
        return f"{session.url}/seats/{seat.id}/return"

    returns = posts(
        NOBODY | {"helen": 200, "ida": 200, "dora": 200, "mara": 200, "erin": 200}
    )  # fmt: skip
    nowhere = f"{session.url}/seats/999999/return"
    for name, status in returns.items():
        knock(as_, {name: status}, "", data={}, before=booked, nowhere=(
            nowhere if name != "audrey" else f"{NOWHERE}/seats/1/return"
        ))  # fmt: skip


def test_who_was_there_is_for_hr_and_who_holds_it(
    as_: Any, plan: Any, who: Any, move_clock: Any
) -> None:
    session = plan()
    seat = booking.book(session, who.erin, by=who.erin)
    move_clock(to=STARTS)
    keepers = hidden(KEEPERS) | {"nia": 404}
    here = f"{session.url}/attendance"
    knock(as_, keepers, here, nowhere=f"{NOWHERE}/attendance")
    tap = f"seats/{seat.id}/attendance/attended"
    knock(as_, posts(keepers), f"{session.url}/{tap}", nowhere=f"{NOWHERE}/{tap}", data={})
    knock(as_, posts(keepers), here, nowhere=f"{NOWHERE}/attendance", data={})
    data = {"person": "otto@halden.example"}
    people = f"{NOWHERE}/attendance/people"
    knock(as_, posts(keepers), f"{here}/people", nowhere=people, data=data)


def test_wishes_are_for_whoever_may_take_the_course(as_: Any, course: Document) -> None:
    here = f"/learning/courses/{course.id}/date-wish"
    wishes = posts(STAFF) | {"audrey": 403}
    for name in ("", "/end"):
        knock(
            as_, wishes, f"{here}{name}", nowhere=f"/learning/courses/999999/date-wish{name}",
            data={},
        )  # fmt: skip


def test_nobody_reads_who_else_comes(as_: Any, plan: Any, who: Any) -> None:
    session = plan(seats=1)
    for person in (who.erin, who.olga):
        booking.book(session, person, by=person)
    for name in ("ben", "adam", "erin", "olga", "mara", "otto"):
        client = as_(name)
        for address in (
            session.url,
            "/learning/sessions",
            f"/learning/courses/{session.course_id}",
        ):
            page = client.get(address).text
            assert ("Olga Søndergaard" in page) == (
                name == "olga" or (name == "otto" and address == session.url)
            ), (name, address)
    assert Seat.select().count() == 2
    with db.write():
        who.erin.come_by_pass()
    assert not access.visible_to(who.erin).exists()


def test_an_auditor_reads_the_course_and_nothing_of_its_dates(
    as_: Any, plan: Any, course: Document
) -> None:
    session = plan()
    page = as_("audrey").get(f"/learning/courses/{course.id}")
    assert page.status_code == 200 and session.url not in page.text and "Room 4" not in page.text


# -- practice ----------------------------------------------------------------------------------


def test_what_was_done_is_read_by_its_writer_whoever_confirms_it_and_hr(as_: Any, who: Any) -> None:
    course = publish(ON_THE_JOB, who.helen)

    mara_only = NOBODY | {"helen": 200, "mara": 200, "erin": 200}
    erin = as_("erin")
    erin.post(
        f"/learning/courses/{course.id}/practice",
        data={"said": SAID, "file": (io.BytesIO(PNG), "notes.png")},
        content_type="multipart/form-data",
    )
    [sent] = Practice.select()
    nowhere = "/learning/practice/999999"
    knock(as_, mara_only, sent.url, nowhere=nowhere)
    knock(as_, mara_only, f"{sent.url}/file", nowhere=f"{nowhere}/file")
    answers = posts(mara_only) | {"helen": 403, "erin": 403}
    data = {"note": "Who came?"}
    knock(as_, answers, f"{sent.url}/return", nowhere=f"{nowhere}/return", data=data)

    def again() -> str:
        for one in Practice.select().where(Practice.waits()):
            practice.withdraw(one, by=None)
        return practice.send(course, who.erin, SAID, by=who.erin).url

    knock(
        as_, answers, "", nowhere=f"{nowhere}/confirmation", data={"note": ""},
        before=lambda: f"{again()}/confirmation",
    )  # fmt: skip
    takes_back = posts(NOBODY) | {"erin": 303, "helen": 403, "mara": 403}
    knock(
        as_, takes_back, "", nowhere=f"{nowhere}/withdrawal", data={},
        before=lambda: f"{again()}/withdrawal",
    )  # fmt: skip
    form = STAFF | {"audrey": 403}
    here, empty = f"/learning/courses/{course.id}/practice", "/learning/courses/999999/practice"
    knock(as_, form, here, nowhere=empty)
    # Hers waits still.
    sends = posts(form) | {"erin": 422}
    knock(as_, sends, here, nowhere=empty, data={"said": SAID})
