"""Saying where somebody stands: oneself, one's people, and a colleague when asked to."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.competencies import assessment_access as access
from portal.competencies import gaps, matrices
from portal.competencies.asking import AssessmentRequest
from portal.competencies.forms import AskForm, AssessForm, NoForm, spelled
from portal.competencies.gap_views import known
from portal.competencies.models import Assessment
from portal.competencies.views import bp
from portal.hx import go, mark_sent
from portal.people.models import Person
from portal.people.session import viewer

MOST_ASKED = 50
MOST_OFFERED = 150
MAX_TYPED_CHARS = 100


def _assessed(person_id: int) -> Person:
    """Somebody whom the viewer may assess without being asked."""
    me, person = viewer(), known(person_id)
    web.exists(access.can_open(me, person))
    web.permit(access.can_assess(me, person))
    return person


@bp.get("/competencies/people/<int:person_id>/assessment")
@doors.signed_in
def new_assessment(person_id: int) -> Any:
    """What one said last stands beside each competency; what the other side said does not."""
    return _form_page(_assessed(person_id))


@bp.post("/competencies/people/<int:person_id>/assessment")
@doors.signed_in
def create_assessment(person_id: int) -> Any:
    me, person = viewer(), _assessed(person_id)
    asked = gaps.asked_of(person)
    web.permit(asked)
    form = web.bind(AssessForm.of(asked))
    if not form.validate():
        return _form_page(person, form=form, status=422)
    Assessment.give_all(person, me, form.said)
    said = f"Noted in {len(form.said)} of {len(asked)}."
    mark_sent(f"assessment-{person.id}")
    return go(f"/competencies/people/{person.id}", say=said)


def _form_page(
    person: Person,
    *,
    form: AssessForm | None = None,
    asked_for: AssessmentRequest | None = None,
    status: int = 200,
) -> Any:
    """The form; `asked_for` where a colleague was asked to fill it."""
    me = viewer()
    form = form or AssessForm.of(gaps.asked_of(person))()
    level = person.held_now.level if person.held_now else ""
    return render_template(
        "competencies/assess.html",
        person=person,
        is_own=person.id == me.id,
        has_left=person.has_left(person.today()),
        level=level,
        matrix=None if form.asked else matrices.of(person),
        counting=gaps.other_levels(form.asked, level),
        asked_for=asked_for,
        form=form,
        last=Assessment.last_by(me, person),
    ), status


# -- asking a colleague ------------------------------------------------------------------------


@bp.get("/competencies/people/<int:person_id>/requests")
@doors.signed_in
def new_request(person_id: int) -> Any:
    """Whom to ask; who reads the answer stands there before anybody is asked."""
    return _ask_page(_assessed(person_id), AskForm())


@bp.get("/competencies/people/<int:person_id>/colleagues")
@doors.signed_in
def suggest(person_id: int) -> Any:
    """Names to choose from while one is typed."""
    person = _assessed(person_id)
    offered = _offered(person, request.args.get("peer", "")[:MAX_TYPED_CHARS])
    return render_template("competencies/_colleagues.html", colleagues=offered)


def _offered(person: Person, typed: str = "") -> list[str]:
    query = access.colleagues(viewer(), person).where(Person.matches(typed))
    return spelled(list(query.limit(MOST_OFFERED)))


@bp.post("/competencies/people/<int:person_id>/requests")
@doors.signed_in
def create_request(person_id: int) -> Any:
    me, person = viewer(), _assessed(person_id)
    web.permit(gaps.asked_of(person))
    form = web.bind(AskForm)
    form.about, form.among = person, access.colleagues(me, person)
    if not form.validate() or form.found is None:
        return _ask_page(person, form, 422)
    AssessmentRequest.ask(person, form.found, by=me)
    said = f"{form.found.called} is asked, and finds it on their Today."
    return go(f"/competencies/people/{person.id}/requests", say=said)


def _ask_page(person: Person, form: AskForm, status: int = 200) -> Any:
    me = viewer()
    return render_template(
        "competencies/ask.html",
        person=person,
        is_own=person.id == me.id,
        form=form,
        colleagues=_offered(person),
        may_withdraw=access.can_withdraw,
        asked=list(AssessmentRequest.listing(access.requests_about(me, person)).limit(MOST_ASKED)),
    ), status


@bp.post("/competencies/people/<int:person_id>/requests/<int:request_id>/withdrawal")
@doors.signed_in
def withdraw_request(person_id: int, request_id: int) -> Any:
    """Whoever asked asks no longer; what was answered stays."""
    me, person = viewer(), _assessed(person_id)
    about = AssessmentRequest.listing(access.requests_about(me, person))
    found: AssessmentRequest = web.get_or_404(about, id=request_id)
    web.permit(access.can_withdraw(me, found))
    web.bind(NoForm)
    done = found.withdraw(by=me)
    said = f"{found.peer.called} is not asked any more." if done else "It is over already."
    return go(f"/competencies/people/{person.id}/requests", say=said)


# -- as the colleague who was asked ------------------------------------------------------------


def _request(request_id: int) -> AssessmentRequest:
    mine = AssessmentRequest.listing(access.requests_visible_to(viewer()))
    return web.get_or_404(mine, id=request_id)  # type: ignore[no-any-return]


@bp.get("/competencies/people/requests/<int:request_id>")
@doors.signed_in
def show_request(request_id: int) -> Any:
    """The form, as long as it is asked; then what one said."""
    found = _request(request_id)
    if found.state == "open":
        return _form_page(found.about, asked_for=found)
    return _over(found)


def _over(found: AssessmentRequest, status: int = 200) -> Any:
    said = Assessment.last_by(viewer(), found.about) if found.state == "answered" else {}
    return render_template("competencies/request.html", asked=found, said=said.values()), status


@bp.post("/competencies/people/requests/<int:request_id>")
@doors.signed_in
def answer_request(request_id: int) -> Any:
    me, found = viewer(), _request(request_id)
    if found.state != "open":
        return _over(found, 409)
    form = web.bind(AssessForm.of(gaps.asked_of(found.about)))
    if not form.validate():
        return _form_page(found.about, form=form, asked_for=found, status=422)
    if not found.answer(form.said, by=me):
        return _over(_request(request_id), 409)
    return go(found.url, say="Thank you. It is sent.")


@bp.post("/competencies/people/requests/<int:request_id>/refusal")
@doors.signed_in
def decline_request(request_id: int) -> Any:
    """They cannot say."""
    found = _request(request_id)
    web.bind(NoForm)
    found.decline(by=viewer())
    return go("/", say="You need not say anything.")
