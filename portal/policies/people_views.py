"""Where everyone stands with a policy: by team, searched and filtered, asked for, as a file."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from portal import doors, text, web
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access as compliance_access
from portal.compliance import owing
from portal.compliance.forms import NudgeForm
from portal.documents.models import Document
from portal.hx import answer
from portal.mail.jobs import send_letters
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.session import viewer
from portal.policies import access, people
from portal.policies.models import KIND
from portal.policies.people import Asked, Row
from portal.policies.views import bp

# A row has two things to do, one in a menu: more of them make a slow page.
PEOPLE = 25


def _followed(policy_id: int) -> Document:
    """The policy, if the viewer follows who has signed it."""
    document = people.find(viewer(), policy_id)
    web.exists(document is not None)
    assert document is not None
    return document


def _asked() -> Asked:
    """From the address, or from the form that saves the list."""
    given = request.values
    state = given.get("state", "")
    return Asked(
        words=given.get("q", "")[:100].strip(),
        state=state if state in people.FILTERS else "",
        team=web.number(given.get("team", "")),
    )


def _shown(me: Person, document: Document) -> dict[str, Any]:
    """What the rows need, on the page and on their own."""
    return {
        "document": document,
        "words": people.WORDS,
        "today": me.today(),
        "may_ask": compliance_access.can_remind(me),
        "may_see": access.can_see_signatures(me, document),
        "may_sign_for": lambda row: people.can_sign_for(me, row),
    }


@bp.get("/policies/<int:policy_id>/people")
@doors.signed_in
@doors.also_for("audit")
def show_people(policy_id: int) -> Any:
    """Everyone it asks whom the viewer follows: HR and auditors all, managers their line."""
    me, document, asked, teams = viewer(), _followed(policy_id), _asked(), Teams()
    rows = people.listed(me, document, asked, me.today(), teams)
    page = web.Page(rows, web.page_number(), PEOPLE)
    page.rows = people.rows_of(document, page.rows)
    shown = _shown(me, document)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("policies/_people.html", asked=asked, page=page, **shown)
    counted = people.counted(me, document, me.today(), teams)
    return render_template(
        "policies/people.html",
        asked=asked,
        page=page,
        counted=counted,
        sections=_sections(document, asked, counted),
        may_gather=compliance_access.can_see(me),
        may_write=access.can_write(me) and document.retired_at is None,
        **shown,
    )


def _sections(document: Document, asked: Asked, counted: people.Counted) -> list[dict[str, Any]]:
    """The states there are somebody in, as links that keep what else is asked for."""
    return [
        {
            "label": label,
            "url": f"/policies/{document.id}/people?{urlencode(asked.query | {'state': name})}",
            "current": name == asked.state,
            "count": counted.of(name),
        }
        for name, (label, _) in people.FILTERS.items()
        if counted.of(name) or name in ("", asked.state)
    ]


@bp.post("/policies/<int:policy_id>/people/file")
@doors.signed_in
def export_people(policy_id: int) -> Any:
    """The list as it is filtered, as CSV; that it was taken is in the trail."""
    me, document = viewer(), _followed(policy_id)
    content = people.export(me, document, _asked(), me.today())
    name = f"{text.slugify(document.title)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


def _owed(document: Document, person: str, team: str) -> list[Assignment]:
    """What one person owes, or a team, or everyone; a number that is none names nobody."""
    found = {"person": web.number(person), "team": web.number(team)}
    web.exists(bool(found["person"]) == bool(person) and bool(found["team"]) == bool(team))
    return owing.askable(viewer(), KIND, document.id, Teams(), **found)


@bp.get("/policies/<int:policy_id>/people/nudge")
@doors.signed_in
def preview_nudge_people(policy_id: int) -> Any:
    """Whom asking would reach, before it is done."""
    me, document = viewer(), _followed(policy_id)
    web.permit(compliance_access.can_remind(me))
    given = {name: request.args.get(name, "")[:20] for name in ("person", "team")}
    owed = _owed(document, **given)
    return render_template(
        "policies/people_nudge.html",
        document=document,
        given={name: value for name, value in given.items() if value},
        found=nudges.plan(owed, by=me),
        is_full=len(owed) == nudges.MAX_DUTIES,
        most=nudges.MAX_DUTIES,
    )


@bp.post("/policies/<int:policy_id>/people/nudge")
@doors.signed_in
def nudge_people(policy_id: int) -> Any:
    """Ask one person, a team or everyone whose day is near or past."""
    me, document = viewer(), _followed(policy_id)
    web.permit(compliance_access.can_remind(me))
    form = web.bind(NudgeForm)
    web.exists(form.validate())
    person, team = form.person.data or "", form.team.data or ""
    done = nudges.send(_owed(document, person, team), by=me)
    send_letters.wake()
    shown = _shown(me, document) | {"row": _row_of(me, document, person)}
    back = f"/policies/{document.id}/people"
    return answer("policies/_person.html", back=back, say=done.done, **shown)


def _row_of(me: Person, document: Document, person: str) -> Row | None:
    """The one who was asked, as they stand now, for the fragment."""
    if not request.htmx.partial or not person:  # type: ignore[attr-defined]
        return None
    query = people.listed(me, document, Asked(), me.today(), Teams())
    found = list(query.where(Person.id == web.number(person)))
    web.exists(found)
    return people.rows_of(document, found)[0]
