"""The files of courses: HR sends them, and who may see a course that names one is shown it."""

from typing import Any

from flask import abort, render_template, request

from portal import doors, web
from portal.hx import go
from portal.learning.course_files import FILE_KEY, CourseFile, named_by_courses
from portal.learning.forms import FileForm
from portal.learning.manage_views import manager
from portal.learning.models import Attempt
from portal.learning.views import bp, find
from portal.people.session import viewer
from portal.uploads.forms import GONE, receive
from portal.uploads.handing import hand_out, show_part


@bp.get("/learning/files")
@doors.signed_in
def files() -> Any:
    manager()
    return _page(FileForm())


def _page(form: FileForm, status: int = 200) -> Any:
    return render_template(
        "learning/files.html", form=form, files=CourseFile.by_title(), named=named_by_courses()
    ), status


@bp.post("/learning/files")
@doors.signed_in
def put_file() -> Any:
    me, form = manager(), web.bind(FileForm)
    receive(form, by=me)
    if not form.validate():
        return _page(form, 422)
    kept = CourseFile.put(form.file.upload, form.title.data, by=me)
    if kept is None:
        form.file.errors = [GONE]
        return _page(form, 422)
    return go("/learning/files", say=f"Kept. A course names it as “file: {kept.slug}”.")


def _kept(file_id: int) -> CourseFile:
    manager()
    return web.get_or_404(CourseFile.everything(), id=file_id)  # type: ignore[no-any-return]


@bp.post("/learning/files/<int:file_id>/removal")
@doors.signed_in
def remove_file(file_id: int) -> Any:
    """No new course can name it; one in force that does keeps it."""
    kept = _kept(file_id)
    if not kept.remove(by=viewer()):
        return go("/learning/files", say="A course in force shows it. Change that course first.")
    return go("/learning/files", say="Removed.", undo=f"/learning/files/{kept.id}/return")


@bp.post("/learning/files/<int:file_id>/return")
@doors.signed_in
def bring_back_file(file_id: int) -> Any:
    _kept(file_id).bring_back(by=viewer())
    return go("/learning/files", say="It is back.")


@bp.get("/learning/courses/<int:course_id>/files/<slug>")
@doors.signed_in
def show_file(course_id: int, slug: str) -> Any:
    """To whoever may see a course whose text, in force or under way for them, names it."""
    me, course = viewer(), find(course_id)
    texts = [course.current] if course.current else []
    if attempt := Attempt.open_of(course.id, me.id):
        texts.append(attempt.revision)
    web.exists(any(one.parsed.get(FILE_KEY) == slug for one in texts))
    kept = CourseFile.named(slug)
    if kept is None:
        abort(404)
    if request.args.get("download"):
        return hand_out(kept.blob, kept.name, kept.media_type)
    return show_part(kept.blob, kept.media_type)
