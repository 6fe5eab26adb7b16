"""The auditor's links and the letter that carries one."""

from flask import current_app

from portal import web
from portal.evidence import auditors, checkpoint_mail, pack_checks
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.org import Company
from portal.people.passes import Pass


def write_link(letter: Letter) -> Message | None:
    """The link is computed here, at sending. None once it would open nothing."""
    given = Pass.get_or_none(Pass.id == letter.facts["given"])
    if given is None or not given.is_open:
        return None
    token = given.token(current_app.config["SECRET_KEY"])
    company = Company.settings()
    return draw(
        "evidence/audit_link",
        to=given.address,
        subject=f"For your audit at {company.name}",
        company_name=company.name,
        person=given.person,
        has_all=given.purpose == auditors.AUDIT,
        link=f"{current_app.config['APP_URL']}/pass/{token}",
        until=web.day(given.expires_at.date(), given.person.today()),
    )


LETTERS = [
    LetterKind("audit_link", write_link, title="An auditor’s link"),
    *checkpoint_mail.LETTERS,
]
PASSES = auditors.KINDS
UPLOADS = [pack_checks.UPLOAD]
