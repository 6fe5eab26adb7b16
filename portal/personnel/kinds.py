"""The duty to renew a paper, the letter with the link, the pass, and what may be uploaded."""

from flask import current_app

from portal import web
from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company
from portal.people.passes import Pass
from portal.personnel import parting
from portal.personnel.forms import UPLOAD
from portal.personnel.models import DUTY
from portal.uploads.models import UploadKind


def _url(duty: Assignment) -> str:
    return f"/people/{duty.about_id}/papers#paper-{duty.target}"


def _may_waive(viewer: Person, duty: Assignment) -> bool:
    """HR says that no newer one is needed; of their own paper another HR person does."""
    return viewer.is_hr and duty.about_id != viewer.id


ASSIGNMENTS = [
    AssignmentKind(
        name=DUTY,
        title="Paper that ends",
        icon="file-clock",
        url=_url,
        may_waive=_may_waive,
        may_reopen=_may_waive,
    )
]


def write_papers(letter: Letter) -> Message | None:
    """The link is computed here, at sending. None once it would open nothing."""
    given = Pass.get_or_none(Pass.id == letter.facts["given"])
    if given is None or not given.is_open:
        return None
    token = given.token(current_app.config["SECRET_KEY"])
    company = Company.settings()
    return draw(
        "personnel/papers",
        to=given.address,
        subject="Your papers",
        company_name=company.name,
        person=given.person,
        link=f"{current_app.config['APP_URL']}/pass/{token}",
        until=web.day(given.expires_at.date(), given.person.today()),
    )


LETTERS = [LetterKind("papers", write_papers, title="Link to one’s papers")]
PASSES = [parting.KIND]
UPLOADS = [UploadKind(UPLOAD, "A paper for somebody’s file", may=lambda viewer: viewer.is_hr)]
