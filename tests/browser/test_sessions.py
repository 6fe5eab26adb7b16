"""A session on its way: booked on a phone, the line moves up, who was there is ticked; and practice
that comes back once and is confirmed."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.learning.models import Completion
from portal.learning.practice import Practice
from portal.sessions.models import Seat
from tests import cast
from tests.browser.conftest import DESKTOP, PHONE
from tests.learning.test_practice import ON_THE_JOB, SAID
from tests.sessions.conftest import HOURS, STARTS, course, plan, publish  # noqa: F401
from tests.uploads.files import PNG

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_a_seat_is_booked_the_line_moves_up_and_who_was_there_has_completed_it(
    visit: Any,
    who: Any,
    plan: Any,  # noqa: F811
    javascript: bool,
) -> None:
    session = plan(seats=1)
    here = f"/learning/courses/{session.course_id}"
    erin = visit("erin", here, viewport=PHONE, javascript=javascript)
    erin.get_by_role("button", name="Book a seat").click()
    erin.get_by_text("We remind you the day before.").first.wait_for()

    ben = visit("ben", here, viewport=PHONE, javascript=javascript)
    ben.get_by_role("button", name="Join the line").click()
    ben.get_by_text("You wait, number 1 in the line.").first.wait_for()

    erin.get_by_role("button", name="Give the seat back").click()
    erin.get_by_text("You do not come.").wait_for()
    ben.reload()
    ben.get_by_role("link", name="Put it into my calendar").wait_for()

    clock.set_source(lambda: STARTS + HOURS + timedelta(hours=1))
    ida = visit("ida", f"{session.url}/attendance", viewport=PHONE, javascript=javascript)
    ida.get_by_role("button", name="Ben Hartmann was there").click()
    ida.get_by_text("Was there", exact=True).wait_for()
    ida.get_by_role("button", name="Take back what was said of Ben Hartmann").wait_for()
    done = Completion.select().where(Completion.person == who.ben, Completion.stands())
    assert done.count() == 1
    assert Seat.of(session.id, who.ben.id).state == "attended"


def test_practice_is_sent_with_a_photo_sent_back_and_confirmed(visit: Any, who: Any) -> None:
    made = publish(ON_THE_JOB, who.helen)
    erin = visit("erin", f"/learning/courses/{made.id}", viewport=PHONE)
    erin.get_by_role("link", name="Say what you did").click()
    erin.get_by_label("What you did").fill(SAID)
    photo = {"name": "notes.png", "mimeType": "image/png", "buffer": PNG}
    erin.get_by_label("A photo or a file that shows it").set_input_files(photo)
    erin.get_by_role("button", name="Send it to Mara Okafor").click()
    erin.get_by_text("Sent. It is with Mara Okafor now.").wait_for()

    mara = visit("mara", "/", viewport=DESKTOP)
    mara.get_by_role("link", name="Confirm what Erin Castellanos did").first.click()
    mara.get_by_role("button", name="Send it back to Erin").click()
    mara.get_by_text("Say what is missing").first.wait_for()
    mara.get_by_label("A word to Erin").fill("Who came?")
    mara.get_by_role("button", name="Send it back to Erin").click()
    mara.get_by_text("Sent back. Erin reads why.").wait_for()

    erin.reload()
    erin.get_by_role("link", name="Say it again").click()
    erin.get_by_label("What you did").fill(f"{SAID} Five came.")
    erin.get_by_role("button", name="Send it to Mara Okafor").click()
    erin.get_by_text("Sent. It is with Mara Okafor now.").wait_for()
    last = Practice.select().order_by(Practice.id.desc()).first()
    mara.goto(mara.url.rstrip("/") + last.url)
    mara.get_by_role("button", name="Confirm: Erin has done it").click()
    mara.get_by_text("Confirmed. Erin has completed the course.").wait_for()
    assert Completion.select().where(Completion.person == who.erin).count() == 1
    assert cast.NOW < STARTS
