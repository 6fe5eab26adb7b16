"""Somebody's papers: adding, replacing, reading, removing; and what ends soon."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import audit, db, doors, web
from portal.hx import go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.personnel import access, parting
from portal.personnel.consents import AlumniConsent
from portal.personnel.forms import FactsForm, LinkForm, PaperForm, ReplacementForm
from portal.personnel.models import Paper
from portal.personnel.papers import KINDS, SEEN_BY
from portal.uploads.forms import GONE, UploadField, receive
from portal.uploads.handing import hand_out

bp = Blueprint("personnel", __name__)

Page = str | tuple[str, int] | WerkzeugResponse | Any

HORIZONS = (30, 60, 90)


@bp.app_template_global("may_open_papers")
def may_open_papers(person: Person) -> bool:
    """For the link on a person's page: the same rule as the page it leads to."""
    return access.can_open_file(viewer(), person)


@bp.get("/people/<int:person_id>/papers")
@doors.signed_in
def index(person_id: int) -> Page:
    return _file_page(_to_open(person_id))


def _file_page(person: Person, link_form: LinkForm | None = None, status: int = 200) -> Page:
    me = viewer()
    papers = list(Paper.listing(access.visible_to(me).where(Paper.person == person.id)))
    groups: dict[str, list[Paper]] = {"current": [], "replaced": [], "removed": []}
    for paper in papers:
        groups[paper.state].append(paper)
    sends = access.can_send_link(me, person)
    link = parting.last_sent(person) if access.can_end_link(me, person) else None
    return render_template(
        "personnel/index.html",
        person=person,
        is_own=person.id == me.id,
        papers=groups,
        seen_by=SEEN_BY,
        may_file=access.can_file(me, person),
        may_send=sends,
        link=link,
        link_form=link_form or LinkForm(data={"address": person.second_email}),
        consents=AlumniConsent.of(person) if sends else [],
    ), status


def _to_open(person_id: int) -> Person:
    me = viewer()
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(access.can_open_file(me, person))
    return person  # type: ignore[no-any-return]


def _to_file(person_id: int) -> Person:
    person = _to_open(person_id)
    web.permit(access.can_file(viewer(), person))
    return person


def _paper(paper_id: int) -> Paper:
    return web.get_or_404(access.visible_to(viewer()), id=paper_id)  # type: ignore[no-any-return]


def _to_change(paper_id: int) -> Paper:
    paper = _paper(paper_id)
    web.permit(access.can_file(viewer(), paper.person))
    return paper


@bp.get("/people/<int:person_id>/papers/new")
@doors.signed_in
def new(person_id: int) -> Page:
    form = web.bind(PaperForm, {"kind": request.args.get("kind", "")[:20]})
    return _form_page(_to_file(person_id), form)


@bp.post("/people/<int:person_id>/papers")
@doors.signed_in
def create(person_id: int) -> Page:
    person = _to_file(person_id)
    form = web.bind(PaperForm)
    receive(form, by=viewer())
    if not form.validate():
        return _form_page(person, form, 422)
    with db.write():
        if not form.file.take():
            return _gone(person, form)
        facts = form.facts(KINDS[form.kind.data].title)
        paper = Paper.file(person, by=viewer(), kind=form.kind.data, **_file_of(form.file), **facts)
    return go(f"/people/{person.id}/papers", say=f"{paper.title} is in {person.first_name}’s file.")


def _file_of(field: UploadField) -> dict[str, Any]:
    upload = field.upload
    assert upload is not None
    return {"blob": upload.blob, "file_name": upload.name, "media_type": upload.media_type}


def _gone(person: Person, form: Any, paper: Paper | None = None) -> Page:
    form.file.upload, form.file.errors = None, [GONE]
    return _form_page(person, form, 422, paper)


def _form_page(person: Person, form: Any, status: int = 200, paper: Paper | None = None) -> Page:
    return render_template(
        "personnel/form.html", person=person, form=form, paper=paper, kinds=KINDS
    ), status


@bp.get("/papers/<int:paper_id>/replacement")
@doors.signed_in
def new_replacement(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    kept = {"title": paper.title, "seen_by": paper.seen_by, "note": ""}
    return _form_page(paper.person, web.bind(ReplacementForm, kept), paper=paper)


@bp.post("/papers/<int:paper_id>/replacement")
@doors.signed_in
def replace(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    form = web.bind(ReplacementForm)
    receive(form, by=viewer())
    if not form.validate():
        return _form_page(paper.person, form, 422, paper)
    try:
        with db.write():
            if not form.file.take():
                return _gone(paper.person, form, paper)
            newer = paper.replace_with(
                by=viewer(), **_file_of(form.file), **form.facts(paper.title)
            )
    except ValueError as error:
        form.file.errors = [str(error)]
        return _form_page(paper.person, form, 422, paper)
    return go(f"/people/{paper.person_id}/papers", say=f"{newer.title} is the current one now.")


@bp.get("/papers/<int:paper_id>/edit")
@doors.signed_in
def edit(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    form = web.bind(FactsForm, {name: getattr(paper, name) for name in FactsForm()._fields})
    return render_template("personnel/edit.html", person=paper.person, paper=paper, form=form)


@bp.post("/papers/<int:paper_id>/edit")
@doors.signed_in
def update(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    form = web.bind(FactsForm)
    if not form.validate():
        page = render_template("personnel/edit.html", person=paper.person, paper=paper, form=form)
        return page, 422
    paper.change(by=viewer(), **form.facts(paper.kind_of.title))
    return go(f"/people/{paper.person_id}/papers", say="Saved.")


@bp.get("/papers/<int:paper_id>/file")
@doors.signed_in
@doors.also_for(parting.PURPOSE)
def download(paper_id: int) -> Page:
    paper = _paper(paper_id)
    answer = hand_out(paper.blob, paper.file_name, paper.media_type)
    audit.looked(viewer(), paper, about=paper.person)
    return answer


@bp.post("/papers/<int:paper_id>/removal")
@doors.signed_in
def remove(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    paper.remove(by=viewer())
    back = f"/people/{paper.person_id}/papers"
    return go(back, say=f"{paper.title} is removed.", undo=f"/papers/{paper.id}/restoration")


@bp.post("/papers/<int:paper_id>/restoration")
@doors.signed_in
def restore(paper_id: int) -> Page:
    paper = _to_change(paper_id)
    paper.restore(by=viewer())
    return go(f"/people/{paper.person_id}/papers", say=f"{paper.title} is back.")


@bp.get("/personnel/expiring")
@doors.signed_in
def expiring() -> Page:
    me = viewer()
    web.exists(access.can_see_expiring(me))
    today = web.viewer_today()
    page = web.Page(Paper.ending(access.visible_to(me), today, HORIZONS[-1]), web.page_number())
    groups: dict[int, list[Paper]] = {}
    for paper in page:
        days = (paper.expires_on - today).days
        within = next((limit for limit in HORIZONS if days <= limit), HORIZONS[-1])
        groups.setdefault(0 if days < 0 else within, []).append(paper)
    return render_template("personnel/expiring.html", groups=groups, page=page)
