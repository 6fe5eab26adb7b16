"""Scratch of a reviewer."""
import io
from datetime import date
from typing import Any
import pytest
from portal import audit, db
from portal.people import teams
from portal.people.org import Team
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.documents.models import Document
from portal.assignments.models import Assignment
from portal.personnel.models import Paper
from portal.audit.models import Personal, Event
from tests import cast
from tests.personnel.conftest import file_paper
from tests.questionnaires.conftest import MONTH

def test_trail_to(as_, who):
    t = Team.select().first()
    teams.change(t, "Renamed", None, by=who.helen)
    who.erin.move_first_day(date(2025,1,7), by=who.helen) if who.erin.hired_on != date(2025,1,7) else None
    a = as_("helen").get("/audit")
    print(a.status_code)
    assert a.status_code == 200

def test_file_in_text_field(as_, who):
    h = as_("erin")
    a = h.post("/me", data={"phone": (io.BytesIO(b"x"), "a.txt"), "zone": "UTC"}, content_type="multipart/form-data")
    print("me", a.status_code)
    b = h.post("/sign-in", data={"email": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data")
    print("sign-in", b.status_code)
    h = as_("helen")
    c = h.post(f"/people/{who.erin.id}/papers", data={"title": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data")
    print("paper", c.status_code)
    c = h.post(f"/people/{who.erin.id}/papers", data={"issued_on": (io.BytesIO(b"x"), "a.txt"), "kind": (io.BytesIO(b"x"), "a.txt"), "seen_by": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data")
    print("paper date", c.status_code)

def test_hr_about_self(as_, who):
    d = Document.start("form", "Review", by=who.helen)
    d.publish(MONTH.replace("readers: hr, manager","readers: hr, manager\nabout: other"), by=who.helen)
    duty = Submission.open(d.current, who.mara, who.helen, by=None)
    h = as_("helen")
    print("duty", h.get(f"/assignments/{duty.id}").status_code, "form", h.get(f"/forms/{duty.target}").status_code)
    print("hand to self", h.post(f"/assignments/{duty.id}/owner", data={"email": who.helen.email}).status_code)
    duty = Assignment.get_by_id(duty.id)
    print("owner now", duty.person_id == who.helen.id)
    duty2 = Submission.open(d.current, who.dora, who.helen, by=None)
    print("waive", h.post(f"/assignments/{duty2.id}/waiver", data={"reason":"no"}).status_code, Assignment.get_by_id(duty2.id).outcome)
    t = h.get("/audit?kind=submission").text
    print("trail tells", "Helen" in t and "Review" in t)

def test_paper(as_, who, file_paper):
    p = file_paper(who.helen, by=who.hannah if hasattr(who,"hannah") else who.mara, seen_by="hr")
    h = as_("helen")
    print("paper 404", h.get(f"/papers/{p.id}/file").status_code)
    t = h.get("/audit?kind=paper").text
    print("trail paper told", "into the file of Helen" in t, [l for l in t.split("\n") if "paper" in l][:3])
    q = file_paper(who.lev, kind="offer", title="Secret title", keep_until=date(2026,1,1))
    print("purged", Paper.purge_past(), [r.payload for r in Personal.select() if "Secret" in r.payload])
