"""Certificates: one's own and others', bringing one, correcting it, taking it out, its file."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import audit, db, doors, web
from portal.certificates import access, duties, listing
from portal.certificates.details import CertificateDetails
from portal.certificates.forms import AnybodysForm, CertificateForm, CorrectionForm, FactsForm
from portal.certificates.listing import Asked
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.hx import go
from portal.people import access as people_access
from portal.people.directory import Places
from portal.people.models import Person
from portal.people.session import viewer
from portal.uploads.forms import GONE, UploadField, receive
from portal.uploads.handing import hand_out

bp = Blueprint("certificates", __name__)

Page = str | tuple[str, int] | WerkzeugResponse | Any


@bp.app_template_global("may_open_certificates")
def may_open_certificates(person: Person) -> bool:
    """For the tab in a person's file: the same rule as the page it leads to."""
    return access.can_open_file_of(viewer(), person)


# -- lists -------------------------------------------------------------------------------------


@bp.get("/certificates")
@doors.signed_in
def index() -> Page:
    me = viewer()
    if not access.can_bring(me) and access.can_see_everybody(me):
        return everybody()
    return _person_page(me)


def _person_page(person: Person) -> Page:
    me = viewer()
    return render_template(
        "certificates/index.html",
        person=person,
        is_own=person.id == me.id,
        groups=listing.of_person(me, person),
        words=listing.WORDS,
        owed=duties.owed(person),
        may_bring=access.can_bring(me) and access.can_record_for(me, person),
        may_see_everybody=access.can_see_everybody(me),
        may_keep=access.can_keep(me),
    )


@bp.get("/people/<int:person_id>/certificates")
@doors.signed_in
def of_person(person_id: int) -> Page:
    me = viewer()
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(access.can_open_file_of(me, person))
    return _person_page(person)


def _asked() -> Asked:
    given = request.values
    kind, team = (web.number(given.get(name, "")) for name in ("type", "team"))
    state = given.get("state", "")
    return Asked(
        given.get("q", "")[:100], kind, state if state in listing.STATES else "", team,
        given.get("all") == "1",
    )  # fmt: skip


@bp.get("/certificates/everybody")
@doors.signed_in
@doors.also_for("audit")
def everybody() -> Page:
    me = viewer()
    web.exists(access.can_see_everybody(me))
    asked, places = _asked(), Places()
    shown = {
        "asked": asked,
        "page": web.Page(listing.found_by(me, asked, places), web.page_number()),
        "counts": listing.counts(me, asked, places),
        "states": listing.STATES,
        "words": listing.WORDS,
        "empty_words": listing.ending(asked.state),
        "names_checker": me.is_hr or me.is_auditor,
    }
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("certificates/_rows.html", **shown)
    return render_template(
        "certificates/everybody.html",
        **shown,
        types=[(str(one.id), one.name) for one in CertificateType.by_name()],
        teams=places.teams(),
        may_keep=access.can_keep(me),
    )


@bp.post("/certificates/export")
@doors.signed_in
def export() -> Page:
    me = viewer()
    web.exists(access.can_keep(me))
    content = listing.export(me, _asked())
    headers = {"Content-Disposition": f'attachment; filename="certificates-{me.today()}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


# -- one ---------------------------------------------------------------------------------------


def certificate_or_404(certificate_id: int) -> Certificate:
    """One that the viewer may see, with type, person and check."""
    query = Certificate.with_checks(access.visible_to(viewer()))
    return web.get_or_404(query, id=certificate_id)  # type: ignore[no-any-return]


@bp.get("/certificates/<int:certificate_id>")
@doors.signed_in
@doors.also_for("audit")
def show(certificate_id: int) -> Page:
    return show_page(certificate_or_404(certificate_id))


def show_page(certificate: Certificate, form: Any = None, status: int = 200) -> Page:
    """Its page; `form` is the one that was refused: why it is sent back."""
    me = viewer()
    sees = access.can_see_details(me, certificate)
    if sees:
        audit.looked(me, certificate, about=certificate.person)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        state=certificate.state(me.today()),
        words=listing.WORDS,
        details=certificate.details if sees else None,
        sees_details=sees,
        names_checker=access.can_see_who_checked(me, certificate),
        is_own=certificate.person_id == me.id,
        history=listing.history(me, certificate),
        may_check=access.can_check(me, certificate),
        may_reconsider=access.can_reconsider(me, certificate),
        may_correct=access.can_correct(me, certificate),
        may_see_everybody=access.can_see_everybody(me),
        may_open_person=access.can_open_file_of(me, certificate.person),
        form=form,
    ), status


@bp.get("/certificates/<int:certificate_id>/file")
@doors.signed_in
def download(certificate_id: int) -> Page:
    me, certificate = viewer(), certificate_or_404(certificate_id)
    web.exists(access.can_see_details(me, certificate))
    details = certificate.details
    web.exists(details is not None and details.blob_id)
    answer = hand_out(details.blob, details.file_name, details.media_type)  # type: ignore[union-attr]
    audit.looked(me, details, about=certificate.person)  # type: ignore[arg-type]
    return answer


# -- bringing one ------------------------------------------------------------------------------


@bp.get("/certificates/new")
@doors.signed_in
def new() -> Page:
    me = viewer()
    web.exists(access.can_bring(me))
    given = {"type": request.args.get("type", "")[:18]}
    if access.can_keep(me):
        asked = web.number(request.args.get("person", ""))
        whose = people_access.visible_to(me).where(Person.id == asked).first() if asked else me
        given["person"] = whose.email if whose else ""
    return _form_page(_offered(given))


def _offered(given: dict[str, Any] | None = None) -> CertificateForm:
    """The form for whoever looks: HR says whose it is as well."""
    me = viewer()
    form_class = AnybodysForm if access.can_keep(me) else CertificateForm
    form: Any = web.bind(form_class, given or {})
    form.by_id = me.id
    return form.offer(CertificateType.in_use())  # type: ignore[no-any-return]


def _form_page(form: FactsForm, certificate: Certificate | None = None, status: int = 200) -> Page:
    me, chosen = viewer(), form.chosen()
    return render_template(
        "certificates/form.html",
        form=form,
        certificate=certificate,
        chosen=chosen,
        is_waiting=chosen is not None
        and certificate is None
        and Certificate.is_waiting_for(me.id, chosen.id),
        may_keep=access.can_keep(me),
    ), status


@bp.post("/certificates")
@doors.signed_in
def create() -> Page:
    me = viewer()
    web.exists(access.can_bring(me))
    form = _offered()
    receive(form, by=me)
    if not form.validate():
        return _form_page(form, status=422)
    person = getattr(form, "holder", None) or me
    with db.write():
        if form.file.upload and not form.file.take():
            return _gone(form)
        chosen = form.chosen()
        assert chosen is not None
        made = Certificate.bring(chosen, person, by=me, **form.facts(), **_file_of(form.file))
    say = "HR looks at it; until then it does not count yet."
    if person.id != me.id:
        say = f"{made.type.name} of {person.called} is recorded and counts."
    return go(f"/certificates/{made.id}", say=say)


def _file_of(field: UploadField, before: CertificateDetails | None = None) -> dict[str, Any]:
    """The file that was brought, or the one that was there."""
    if upload := field.upload:
        return {"blob": upload.blob, "file_name": upload.name, "media_type": upload.media_type}
    if before is None or before.blob_id is None:
        return {}
    names = ("blob", "file_name", "media_type")
    return {name: getattr(before, name) for name in names}


def _gone(form: FactsForm, certificate: Certificate | None = None) -> Page:
    form.file.upload, form.file.errors = None, [GONE]
    return _form_page(form, certificate, 422)


# -- correcting and taking out -----------------------------------------------------------------


def _to_correct(certificate_id: int) -> Certificate:
    certificate = certificate_or_404(certificate_id)
    web.permit(access.can_correct(viewer(), certificate))
    return certificate


def _correction(certificate: Certificate, details: CertificateDetails | None) -> CorrectionForm:
    given = {
        "issued_on": certificate.issued_on,
        "expires_on": certificate.expires_on,
        "never": certificate.expires_on is None,
    }
    if details is not None:
        given |= {name: getattr(details, name) for name in ("number", "issuer", "note")}
    form = web.bind(CorrectionForm, given)
    is_own = certificate.person_id == viewer().id
    has_file = details is not None and details.blob_id is not None
    return form.of(certificate.type, is_own=is_own, has_file=has_file)  # type: ignore[no-any-return]


@bp.get("/certificates/<int:certificate_id>/edit")
@doors.signed_in
def edit(certificate_id: int) -> Page:
    me, certificate = viewer(), _to_correct(certificate_id)
    audit.looked(me, certificate, about=certificate.person)
    return _form_page(_correction(certificate, certificate.details), certificate)


@bp.post("/certificates/<int:certificate_id>/edit")
@doors.signed_in
def correct(certificate_id: int) -> Page:
    me, certificate = viewer(), _to_correct(certificate_id)
    details = certificate.details
    form = _correction(certificate, details)
    receive(form, by=me)
    if not form.validate():
        return _form_page(form, certificate, 422)
    with db.write():
        if form.file.upload and not form.file.take():
            return _gone(form, certificate)
        made = certificate.correct(by=me, **form.facts(), **_file_of(form.file, details))
    if made is None:
        return go(f"/certificates/{certificate.id}", say="Somebody was faster: look at it again.")
    return go(
        f"/certificates/{made.id}", say="Corrected. The earlier version stays in its history."
    )


@bp.post("/certificates/<int:certificate_id>/withdrawal")
@doors.signed_in
def take_out(certificate_id: int) -> Page:
    me, certificate = viewer(), _to_correct(certificate_id)
    certificate.take_out(by=me)
    address = f"/certificates/{certificate.id}"
    return go(address, say="Taken out; it does not count.", undo=f"{address}/restoration")


@bp.post("/certificates/<int:certificate_id>/restoration")
@doors.signed_in
def put_back(certificate_id: int) -> Page:
    me, certificate = viewer(), certificate_or_404(certificate_id)
    web.permit(access.can_put_back(me, certificate))
    made = certificate.put_back(by=me)
    if made is None:
        return go(f"/certificates/{certificate.id}", say="There is nothing to put back.")
    return go(f"/certificates/{made.id}", say=f"{made.type.name} is back.")
