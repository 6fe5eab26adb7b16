"""Reporting an incident, reading one, and the list of those one may read."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import audit, db, doors, web
from portal.hx import go, mark_sent
from portal.incidents import access
from portal.incidents.forms import AssessForm, CloseForm, MeasureForm, NoteForm, ReportForm
from portal.incidents.models import Incident
from portal.incidents.sorts import SORTS, Sort
from portal.people.session import viewer
from portal.uploads.forms import GONE, receive
from portal.uploads.handing import hand_out

bp = Blueprint("incidents", __name__)

STATES = {"open": "Open", "closed": "Closed"}


@bp.app_template_global("may_see_incidents")
def may_see_incidents() -> bool:
    """For links to this room: the same rules as the pages they lead to."""
    me = viewer()
    return access.can_report(me) or access.can_see_numbers(me)


@bp.get("/incidents")
@doors.signed_in
def index() -> Any:
    """One's own, and for whoever works on them everybody's: open first."""
    me = viewer()
    sorts = access.sorts_of(me)
    web.exists(access.can_report(me) or sorts)
    state = "closed" if request.args.get("state") == "closed" else "open"
    found = Incident.listing(access.visible_to(me))
    if sorts:
        found = found.where(Incident.is_open() if state == "open" else ~Incident.is_open())
    return render_template(
        "incidents/index.html",
        page=web.Page(found, web.page_number()),
        works_on=sorts,
        state=state,
        states=STATES,
        may_report=access.can_report(me),
        may_see_numbers=access.can_see_numbers(me),
    )


# -- reporting ---------------------------------------------------------------------------------


@bp.get("/incidents/new")
@doors.signed_in
def choose() -> Any:
    """Which sort it is: two words, so that each is asked what it needs and no more."""
    web.exists(access.can_report(viewer()))
    return render_template("incidents/choose.html", sorts=SORTS)


def _sort(name: str) -> Sort:
    web.exists(access.can_report(viewer()) and name in SORTS)
    return SORTS[name]


@bp.get("/incidents/new/<name>")
@doors.signed_in
def new(name: str) -> Any:
    sort = _sort(name)
    return _form_page(sort, web.bind(ReportForm, {"happened_on": web.viewer_today()}).of(sort))


@bp.post("/incidents/new/<name>")
@doors.signed_in
def create(name: str) -> Any:
    me, sort = viewer(), _sort(name)
    form = web.bind(ReportForm).of(sort)
    receive(form, by=me)
    if not form.validate():
        return _form_page(sort, form, 422)
    with db.write():
        if form.file.upload and not form.file.take():
            form.file.upload, form.file.errors = None, [GONE]
            return _form_page(sort, form, 422)
        photo: dict[str, Any] = {}
        if upload := form.file.upload:
            photo = {"blob": upload.blob, "file_name": upload.name}
            photo["media_type"] = upload.media_type
        incident = Incident.report(by=me, sort=sort.name, **form.facts(), **photo)
    mark_sent(f"incident-{sort.name}")
    return go(incident.url, say="Thank you. It is sent, and somebody answers you here.")


def _form_page(sort: Sort, form: ReportForm, status: int = 200) -> Any:
    return render_template("incidents/form.html", sort=sort, form=form), status


# -- reading -----------------------------------------------------------------------------------


def incident_or_404(incident_id: int) -> Incident:
    return web.get_or_404(Incident.whole(access.visible_to(viewer())), id=incident_id)  # type: ignore[no-any-return]


@bp.get("/incidents/<int:incident_id>")
@doors.signed_in
def show(incident_id: int) -> Any:
    return show_page(incident_or_404(incident_id))


def show_page(incident: Incident, status: int = 200, **refused: Any) -> Any:
    """The report with what was said and done since; `refused` carries the form that was."""
    me = viewer()
    audit.looked(me, incident, about=incident.reporter)
    works_on = access.can_work_on(me, incident)
    forms = {"note": NoteForm(), "measure": MeasureForm(), "close": CloseForm()}
    if works_on and "assess" not in refused:
        said = {"outcome": incident.outcome, "course": str(incident.course_id or "")}
        forms["assess"] = AssessForm(data=said).of(incident.sort_of, access.courses())
    return render_template(
        "incidents/show.html",
        incident=incident,
        notes=incident.notes(),
        measures=incident.measures(),
        is_own=incident.reporter_id == me.id,
        works_on=works_on,
        may_add=access.can_add(me, incident),
        refused=next(iter(refused), ""),
        forms=forms | refused,
    ), status


@bp.get("/incidents/<int:incident_id>/photo")
@doors.signed_in
def download(incident_id: int) -> Any:
    incident = incident_or_404(incident_id)
    web.exists(incident.blob_id)
    answer = hand_out(incident.blob, incident.file_name, incident.media_type)
    audit.looked(viewer(), incident, about=incident.reporter)
    return answer
