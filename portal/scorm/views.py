"""Packages: sending one, what the check found, making a course of it, newer versions."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, web
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.scorm import access, jobs, packages, runs
from portal.scorm.forms import PackageForm
from portal.scorm.models import Package
from portal.uploads.forms import GONE, receive
from portal.uploads.handing import hand_out

bp = Blueprint("scorm", __name__)

WAY = packages.WAY


@bp.get(WAY)
@doors.signed_in
def index() -> Any:
    """All versions, the newest first; the field to send another stands above them."""
    web.exists(access.can_manage(viewer()))
    return _index(web.bind(PackageForm))


def _index(form: PackageForm, status: int = 200) -> Any:
    page = web.Page(packages.listing(access.visible_to(viewer())), web.page_number())
    return render_template(
        "scorm/index.html",
        page=page,
        form=form,
        courses=packages.courses_by_package(),
        has_host=bool(runs.content_origin()),
    ), status


@bp.post(WAY)
@doors.signed_in
def create() -> Any:
    me = viewer()
    web.exists(access.can_manage(me))
    form = web.bind(PackageForm)
    receive(form, by=me)
    if not form.validate():
        return _index(form, 422)
    package = packages.receive(form.file.upload, by=me)
    if package is None:
        form.file.upload, form.file.errors = None, [GONE]
        return _index(form, 422)
    jobs.check_packages.wake()
    return go(package.url)


def _package(package_id: int) -> tuple[Person, Package]:
    me = viewer()
    return me, web.get_or_404(access.visible_to(me), id=package_id)


@bp.get(f"{WAY}/<int:package_id>")
@doors.signed_in
def show(package_id: int) -> Any:
    """Asked for every few seconds while it is being checked."""
    package = web.get_or_404(packages.listing(access.visible_to(viewer())), id=package_id)
    is_poll = request.htmx.partial  # type: ignore[attr-defined]
    return _show(package, PackageForm(), template="_package" if is_poll else "show")


def _show(package: Package, form: PackageForm, status: int = 200, template: str = "show") -> Any:
    versions = packages.versions(package)
    return render_template(
        f"scorm/{template}.html",
        package=package,
        form=form,
        versions=versions,
        newest=versions[0],
        courses=packages.courses_by_package(),
        draft=packages.draft_of(package),
        measured=packages.measured(package) if package.is_ready else None,
        can_be_course=access.can_be_course(package),
        can_replace=access.can_replace(viewer(), package),
        has_host=bool(runs.content_origin()),
    ), status


@bp.post(f"{WAY}/<int:package_id>/versions")
@doors.signed_in
def replace(package_id: int) -> Any:
    me, package = _package(package_id)
    web.permit(access.can_replace(me, package))
    form = web.bind(PackageForm)
    receive(form, by=me)
    if not form.validate():
        return _show(package, form, 422)
    newer = packages.replace(package, form.file.upload, by=me)
    if newer is None:
        form.file.upload, form.file.errors = None, [GONE]
        return _show(package, form, 422)
    jobs.check_packages.wake()
    return go(newer.url)


@bp.post(f"{WAY}/<int:package_id>/course")
@doors.signed_in
def make_course(package_id: int) -> Any:
    """The draft of a course; nothing is in force before it is published."""
    me, package = _package(package_id)
    web.permit(access.can_be_course(package))
    course = packages.make_course(package, by=me)
    return go(f"{course.url}/edit")


@bp.post(f"{WAY}/<int:package_id>/retirement")
@doors.signed_in
def retire(package_id: int) -> Any:
    me, package = _package(package_id)
    packages.retire(package, by=me)
    say = "It is offered no more. What was done in it stays."
    return go(package.url, say=say, undo=f"{package.url}/reinstatement")


@bp.post(f"{WAY}/<int:package_id>/reinstatement")
@doors.signed_in
def reinstate(package_id: int) -> Any:
    me, package = _package(package_id)
    packages.reinstate(package, by=me)
    return go(package.url, say="It can be made a course again.")


@bp.get(f"{WAY}/<int:package_id>/file")
@doors.signed_in
def fetch(package_id: int) -> Any:
    """The zip as it came, byte by byte."""
    me, package = _package(package_id)
    handed = hand_out(package.upload, package.file_name, "application/zip")
    packages.note_fetched(package, by=me)
    return handed
