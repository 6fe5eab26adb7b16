"""Calibration: sessions of a cycle, one with its people, and each change with its reason."""

from typing import Any

from flask import Response, render_template, request

from portal import audit, doors, text, web
from portal.hx import go, mark_sent
from portal.people.org import Teams
from portal.people.session import viewer
from portal.people.tables import write_table
from portal.reviews import access, comparing, placing
from portal.reviews.calibration import (
    CalibrationSession,
    Changed,
    Locked,
    Placement,
    RatingChange,
)
from portal.reviews.calibration_forms import ChangeForm, SessionForm
from portal.reviews.models import Cycle
from portal.reviews.placing import question_of
from portal.reviews.steps import CALIBRATION
from portal.reviews.views import bp

MOST_COMPARED = 4
SHOWN_CHANGES = 50

# -- sessions of a cycle -----------------------------------------------------------------------


def _cycle(cycle_id: int) -> Cycle:
    return web.get_or_404(access.cycles_visible_to(viewer()), id=cycle_id)  # type: ignore[no-any-return]


@bp.get("/reviews/cycles/<int:cycle_id>/calibration")
@doors.signed_in
def show_sessions(cycle_id: int) -> Any:
    cycle = _cycle(cycle_id)
    day = max(web.viewer_today(), _opens(cycle))
    form = web.bind(SessionForm, {"title": cycle.title, "held_on": day})
    return _sessions_page(cycle, form)


def _opens(cycle: Cycle) -> Any:
    phase = cycle.phase(CALIBRATION)
    return phase.opens_on if phase else web.viewer_today()


def _sessions_page(cycle: Cycle, form: SessionForm, status: int = 200) -> Any:
    phase = cycle.phase(CALIBRATION)
    web.exists(phase)
    return render_template(
        "reviews/calibration.html",
        cycle=cycle,
        phase=phase,
        sessions=comparing.sessions_of(cycle, viewer()),
        left=placing.late(cycle, viewer(), without=Placement.reviews()).count(),
        form=form.of(Teams(), web.viewer_today()),
    ), status


@bp.post("/reviews/cycles/<int:cycle_id>/calibration")
@doors.signed_in
def begin_session(cycle_id: int) -> Any:
    """Everything that is sent and in no session yet, of the departments chosen."""
    cycle = _cycle(cycle_id)
    form = web.bind(SessionForm).of(Teams(), web.viewer_today())
    if not form.validate():
        return _sessions_page(cycle, form, 422)
    try:
        made = CalibrationSession.begin(
            cycle,
            by=viewer(),
            grouping=form.grouping.data,
            held_on=form.held_on.data,
            title=form.title.data or "",
            departments=form.chosen,
        )
    except ValueError as error:
        form.departments.errors = [str(error)]
        return _sessions_page(cycle, form, 422)
    return go(made.url, say="It begins. From now on nobody takes their review back.")


# -- one session -------------------------------------------------------------------------------


def _session(session_id: int) -> CalibrationSession:
    known = access.sessions_visible_to(viewer())
    return web.get_or_404(known, id=session_id)  # type: ignore[no-any-return]


@bp.get("/reviews/calibration/<int:session_id>")
@doors.signed_in
def show_session(session_id: int) -> Any:
    return _session_page(_session(session_id))


def _session_page(session: CalibrationSession) -> Any:
    me = viewer()
    page = web.Page(access.placements_visible_to(me, session), web.page_number())
    changes = list(comparing.changes_of(session, me).limit(SHOWN_CHANGES + 1))
    audit.looked(me, session)
    return render_template(
        "reviews/session.html",
        session=session,
        page=page,
        table=comparing.table_of(session, me, page.rows),
        changes=changes[:SHOWN_CHANGES],
        has_earlier=len(changes) > SHOWN_CHANGES,
        may_change=lambda placement: access.can_calibrate(me, session, placement.review),
        may_lock=access.can_manage(me),
    )


@bp.get("/reviews/calibration/<int:session_id>/comparison")
@doors.signed_in
def compare(session_id: int) -> Any:
    """What was written about some of them, side by side."""
    me, session = viewer(), _session(session_id)
    ticked = request.args.getlist("person")
    asked = [web.number(one) or 0 for one in ticked[:MOST_COMPARED]]
    seen = access.placements_visible_to(me, session)
    chosen = list(seen.where(Placement.review.in_(asked or [0])))
    if len(chosen) < 2 or len(ticked) > MOST_COMPARED:
        return go(session.url, say="Tick two to four people to read about them side by side.")
    for placement in chosen:
        placement.submission.note_reading(me)
    questions = comparing.questions_of(chosen, session.cycle)
    return render_template(
        "reviews/comparison.html", session=session, chosen=chosen, questions=questions
    )


# -- another rating ----------------------------------------------------------------------------


def _placement(review_id: int) -> tuple[CalibrationSession, Placement]:
    """One whose rating the viewer reads, with its session. By its review: a gap in numbers of its
    own would tell whoever is HR that theirs was placed."""
    me = viewer()
    known = web.get_or_404(access.all_placements_visible_to(me), review=review_id)
    session = _session(known.session_id)
    rows = access.placements_visible_to(me, session)
    return session, web.get_or_404(rows, review=review_id)


@bp.get("/reviews/calibration/ratings/<int:review_id>")
@doors.signed_in
def edit_rating(review_id: int) -> Any:
    """What was given and written, and the way to another rating."""
    session, placement = _placement(review_id)
    data = {"rating": str(placement.rating), "before": placement.rating}
    return _rating_page(session, placement, web.bind(ChangeForm, data))


def _rating_page(
    session: CalibrationSession, placement: Placement, form: ChangeForm, status: int = 200
) -> Any:
    me = viewer()
    placement.submission.note_reading(me)
    question = question_of(placement.submission, session.cycle)
    form.of(comparing.scale_of(question))
    # Whoever sends it again has seen what it is by now.
    form.before.data = placement.rating
    form.before.raw_data = None
    return render_template(
        "reviews/rating.html",
        session=session,
        placement=placement,
        question=question,
        form=form,
        changes=RatingChange.of_review(placement.review_id),
        may_change=access.can_calibrate(me, session, placement.review),
    ), status


@bp.post("/reviews/calibration/ratings/<int:review_id>")
@doors.signed_in
def change_rating(review_id: int) -> Any:
    """Another rating, and why; 409 where somebody has changed it since the page was opened."""
    me = viewer()
    session, placement = _placement(review_id)
    web.permit(access.can_calibrate(me, session, placement.review))
    question = question_of(placement.submission, session.cycle)
    form = web.bind(ChangeForm).of(comparing.scale_of(question))
    if not form.validate():
        return _rating_page(session, placement, form, 422)
    rating, before = int(form.rating.data), form.before.data or 0
    try:
        made = placement.change(rating, form.reason.data or "", before, by=me)
    except Changed as error:
        words = form.words.get(str(error.rating), str(error.rating))
        said = f"Somebody changed it to “{words}” meanwhile. Send yours again if it still holds."
        form.rating.errors = [said]
        return _rating_page(*_placement(review_id), form, 409)
    except Locked as error:
        return go(session.url, say=str(error))
    who = placement.review.person.first_name
    if made is None:
        return go(session.url, say=f"The rating of {who} is that one already.")
    mark_sent(f"rating-{placement.review_id}")
    undo = f"/reviews/calibration/ratings/{placement.review_id}/changes/{made.number}/undoing"
    return go(session.url, say=f"Changed, with your reason: {who}.", undo=undo)


@bp.post("/reviews/calibration/ratings/<int:review_id>/changes/<int:number>/undoing")
@doors.signed_in
def undo_change(review_id: int, number: int) -> Any:
    me = viewer()
    session, placement = _placement(review_id)
    mine = access.changes_by(me).where(RatingChange.placement == placement)
    change = next((one for one in mine if one.number == number), None)
    web.exists(change)
    assert change is not None
    web.permit(access.can_calibrate(me, session, placement.review))
    done = change.undo(by=me)
    return go(session.url, say="It is as it was; both changes stay in the log." if done else _LATE)


_LATE = "It is too late to undo this: change it once more, and say why."


# -- locking, and the table as a file ----------------------------------------------------------


@bp.post("/reviews/calibration/<int:session_id>/lock")
@doors.signed_in
def lock(session_id: int) -> Any:
    me, session = viewer(), _session(session_id)
    web.permit(access.can_manage(me))
    done = session.lock(by=me)
    said = "Locked: no rating in it changes any more." if done else "It is locked already."
    return go(session.url, say=said, undo=f"{session.url}/unlocking" if done else "")


@bp.post("/reviews/calibration/<int:session_id>/unlocking")
@doors.signed_in
def unlock(session_id: int) -> Any:
    me, session = viewer(), _session(session_id)
    web.permit(access.can_manage(me))
    done = session.unlock(by=me)
    said = "It goes on." if done else "It stays locked: its day is over, or somebody reads theirs."
    return go(session.url, say=said)


@bp.get("/reviews/calibration/<int:session_id>/ratings.csv")
@doors.signed_in
def download_ratings(session_id: int) -> Any:
    """Before and after with every reason, by name, for HR: never what is about whoever asks."""
    me, session = viewer(), _session(session_id)
    web.permit(access.can_manage(me))
    people = list(access.placements_visible_to(me, session))
    table = comparing.table_of(session, me, people)
    rows = comparing.rows_of(people, table, comparing.changes_of(session, me))
    audit.looked(me, session)
    name = f"{text.slugify(session.title)}-calibration.csv"
    return Response(
        write_table(comparing.COLUMNS, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
