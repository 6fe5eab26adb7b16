"""What good work looks like here: one's own matrix, all of them, and each competency."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from portal import doors, web
from portal.competencies import access, grid, matrices, texts
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
        own_level=grid.level_of(own, _level(me)),
        level=_level(me),
        matrices=sorted(found, key=lambda matrix: fold(matrix.title)),
        written=written,
        drafts=access.being_written(me),
        may_write=access.can_write(me),
    )


@bp.get("/competencies/matrices/<int:matrix_id>")
@doors.signed_in
def show_matrix(matrix_id: int) -> Any:
    """Competencies by levels: a table, and on a phone one level at a time."""
    me = viewer()
    found = access.matrices_for(me)
    matrix = next((one for one in found if one.id == matrix_id), None) or abort(404)
    own = matrices.of(me, found)
    own_level = grid.level_of(matrix, _level(me)) if own and own.id == matrix.id else None
    asked = matrix.at(request.args.get("level", "")[:MAX_ASKED_CHARS])
    return render_template(
        "competencies/matrix.html",
        grid=grid.draw(matrix, texts.all_of_them()),
        matrix=matrix,
        is_own=own is not None and own.id == matrix.id,
        own_level=own_level,
        shown=asked or own_level or matrix.levels[0],
        level=_level(me),
        may_write=access.can_write(me),
    )


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
    return render_template(
        "competencies/show.html",
        text=text,
        matrices=[matrix for matrix in found if slug in matrix.slugs],
        own=own if own and slug in own.slugs else None,
        own_level=text.named(_level(me)),
        called=grid.called(own, text) if own and slug in own.slugs else {},
        links=access.helping(me, [one for level in text.levels for one in level.helps]),
        may_see_probes=access.can_see_probes(me),
        may_write=access.can_write(me),
    )


def _level(person: Person) -> str:
    """The level of the position held today; "" where it has none."""
    return str(person.held_now.level) if person.held_now else ""
