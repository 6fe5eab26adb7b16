"""What good work looks like here: one's own matrix, all of them, and each competency."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from portal import doors, web
from portal.competencies import access, exporting, grid, matrices, reach, texts
from portal.competencies.assessment_access import can_open, can_see_company, can_see_team
from portal.competencies.matrices import Matrix
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.session import viewer
from portal.text import fold

bp = Blueprint("competencies", __name__)

MAX_ASKED_CHARS = 60


@bp.get("/competencies")
@doors.signed_in
def index() -> Any:
    """One's own matrix with what is expected on one's level, then everything that is written."""
    me = viewer()
    web.exists(access.can_read(me))
    found = access.matrices_for(me)
    own = matrices.of(me, found)
    written = texts.all_of_them()
    return render_template(
        "competencies/index.html",
        own=grid.draw(own, written) if own else None,
        own_level=own.nearest(_level(me)) if own else None,
        level=_level(me),
        matrices=sorted(found, key=lambda matrix: fold(matrix.title)),
        written=written,
        drafts=access.being_written(me),
        may_open_own=can_open(me, me),
        may_see_team=can_see_team(me),
        may_see_company=can_see_company(me),
        may_write=access.can_write(me),
    )


@bp.get("/competencies/matrices/<int:matrix_id>")
@doors.signed_in
def show_matrix(matrix_id: int) -> Any:
    """Competencies by levels: a table, and on a phone one level at a time."""
    me = viewer()
    found, matrix = _found(matrix_id)
    own = matrices.of(me, found)
    is_own = own is not None and own.id == matrix.id
    own_level = matrix.nearest(_level(me)) if is_own else None
    asked = matrix.at(request.args.get("level", "")[:MAX_ASKED_CHARS])
    return render_template(
        "competencies/matrix.html",
        grid=grid.draw(matrix, texts.all_of_them()),
        matrix=matrix,
        is_own=is_own,
        own_level=own_level,
        yours=_yours(own_level.name, me) if own_level else "",
        shown=asked or own_level or matrix.levels[0],
        level=_level(me),
        may_write=access.can_write(me),
    )


@bp.get("/competencies/matrices/<int:matrix_id>.csv")
@doors.signed_in
def export_matrix(matrix_id: int) -> Any:
    """The table as a file."""
    _, matrix = _found(matrix_id)
    content = exporting.matrix(grid.draw(matrix, texts.all_of_them()))
    name = f"matrix-{matrix.document.slug}-{viewer().today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


@bp.get("/competencies/people/matrices")
@doors.signed_in
def show_reach() -> Any:
    """Whose matrix is which, in numbers: for whoever writes them."""
    me = viewer()
    web.exists(access.can_write(me))
    found = access.matrices_for(me)
    return render_template(
        "competencies/reach.html",
        matrices=sorted(found, key=lambda matrix: fold(matrix.title)),
        reach=reach.of(found),
    )


@bp.app_template_global("whom_a_matrix_means")
def whom_a_matrix_means(document: Document, rule: str) -> str:
    """For the preview of a matrix: whom it takes from another one, for whoever writes them."""
    return reach.change(document, rule) if rule and access.can_write(viewer()) else ""


def _found(matrix_id: int) -> tuple[list[Matrix], Matrix]:
    """Every matrix the viewer may read, and the one of this number, or 404."""
    found = access.matrices_for(viewer())
    return found, next((one for one in found if one.id == matrix_id), None) or abort(404)


@bp.get("/competencies/<slug>")
@doors.signed_in
def show(slug: str) -> Any:
    """A competency on all its levels, and what helps; the questions for whoever interviews."""
    me = viewer()
    document, found = access.with_matrices(me, slug)
    if document is None or document.current is None:
        abort(404)
    text = texts.Text(document, document.current)
    own = matrices.of(me, found)
    # On whose matrix it does not stand is not looked at for it, whatever their level.
    own = own if own and slug in own.slugs else None
    own_level = text.at(_level(me)) if own and own.nearest(_level(me)) else None
    return render_template(
        "competencies/show.html",
        text=text,
        matrices=[matrix for matrix in found if slug in matrix.slugs],
        own=own,
        own_level=own_level,
        yours=_yours(own_level.level, me) if own_level else "",
        called=grid.called(own, text) if own else {},
        links=access.helping(me, [one for level in text.levels for one in level.helps]),
        may_see_probes=access.can_see_probes(me),
        may_write=access.can_write(me),
    )


def _level(person: Person) -> str:
    """The level of the position held today; "" where it has none."""
    return str(person.held_now.level) if person.held_now else ""


def _yours(name: str, person: Person) -> str:
    """What stands beside the level that counts for them: it may be the next one below theirs."""
    return "Your level" if fold(name) == fold(_level(person)) else "Counts for you"
