"""One's one-on-ones: the list, one with its next talk, how it begins, its days, and its past."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template

from portal import doors, web
from portal.hx import go
from portal.oneonones import access, exporting, rhythm
from portal.oneonones.actions import Action
from portal.oneonones.forms import (
    ActionForm,
    AgendaForm,
    DayForm,
    HeldForm,
    NotesForm,
    PointForm,
    RhythmForm,
)
from portal.oneonones.frequency import TalkFigure
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("oneonones", __name__)

SHOWN_TALKS = 5


@bp.app_template_global("may_open_one_on_one")
def may_open_one_on_one(person: Person) -> bool:
    """For the link on a page about somebody."""
    return access.can_open(viewer(), person)


@bp.app_template_global("next_due")
def next_due(talk: Talk) -> date:
    """By when something agreed on is to be done, unless they say otherwise."""
    return rhythm.due_day(talk.planned_on, web.viewer_today())


@bp.app_template_global("other_days")
def other_days(one: OneOnOne) -> list[tuple[str, date]]:
    """Where one tap moves the next talk."""
    return rhythm.other_days(one.next.planned_on, web.viewer_today())


@bp.get("/one-on-ones")
@doors.signed_in
def index() -> Any:
    me = viewer()
    web.exists(access.can_have(me))
    known = access.listed_for(me)
    return render_template(
        "oneonones/index.html",
        going_on=[one for one in known if one.goes_on],
        ended=[one for one in known if not one.goes_on],
        could_begin=access.could_begin(me, known),
        sees_frequency=access.can_see_frequency(me),
        today=me.today(),
    )


# -- beginning ---------------------------------------------------------------------------------


def _between(person_id: int) -> tuple[Person, OneOnOne | None, tuple[Person, Person] | None]:
    """Somebody one may know of, the talk with them if there is one, and who would lead it."""
    me = viewer()
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    found, pair = access.latest_with(me, person), access.pair_of(me, person)
    web.exists(found or pair)
    return person, found, pair


@bp.get("/one-on-ones/with/<int:person_id>")
@doors.signed_in
def open_with(person_id: int) -> Any:
    """The talks with somebody; where none goes on and one could, the way to begin."""
    person, found, pair = _between(person_id)
    if found is not None and (found.goes_on or pair is None):
        return redirect(found.url)
    form = web.bind(RhythmForm, {"weeks": "2", "next_on": rhythm.a_week_from(web.viewer_today())})
    return _begin_page(person, form)


def _begin_page(person: Person, form: RhythmForm, status: int = 200) -> Any:
    return render_template("oneonones/begin.html", person=person, form=form), status


@bp.post("/one-on-ones/with/<int:person_id>")
@doors.signed_in
def begin(person_id: int) -> Any:
    person, _, pair = _between(person_id)
    web.permit(pair)
    form = web.bind(RhythmForm)
    if not form.validate():
        return _begin_page(person, form, 422)
    assert pair is not None
    report, lead = pair
    one = OneOnOne.begin(
        report, lead, by=viewer(), weeks=int(form.weeks.data), next_on=form.next_on.data
    )
    return go(one.url, say=f"It begins. {person.first_name} sees it here, too.")


# -- one of them -------------------------------------------------------------------------------


def found_or_404(one_on_one_id: int) -> OneOnOne:
    return web.get_or_404(access.visible_to(viewer()), id=one_on_one_id)  # type: ignore[no-any-return]


def to_add_to(one_on_one_id: int) -> OneOnOne:
    """One that goes on; whoever leads it no more reads it and adds nothing."""
    one = found_or_404(one_on_one_id)
    web.permit(access.can_add(viewer(), one))
    return one


@bp.get("/one-on-ones/<int:one_on_one_id>")
@doors.signed_in
def show(one_on_one_id: int) -> Any:
    return show_page(found_or_404(one_on_one_id))


def show_page(one: OneOnOne, status: int = 200, **refused: Any) -> Any:
    """The next talk: its day, its agenda, what is to be done, and the notes; `refused` carries the
    form that was."""
    me = viewer()
    past = list(Talk.held(one).limit(SHOWN_TALKS + 1))
    note = PrivateNote.own(one.next, me)
    forms: dict[str, Any] = {
        "day": DayForm(),
        "held": HeldForm(),
        "point": PointForm(),
        "action": action_form(one),
        "notes": NotesForm(data={"words": one.next.notes, "version": one.next.version}),
        "private": NotesForm(data={"words": note.words, "version": note.version}),
    } | refused
    return render_template(
        "oneonones/show.html",
        one=one,
        talk=one.next,
        other=one.other(me),
        points=TalkPoint.agenda(one.next),
        actions=actions_of(one, past),
        past=past,
        shown=SHOWN_TALKS,
        note=note,
        may_add=access.can_add(me, one),
        may_note=access.can_note(me),
        silence=one.silence(me.today()) if one.goes_on else "",
        today=me.today(),
        refused=next(iter(refused), ""),
        forms=forms,
    ), status


def actions_of(one: OneOnOne, past: list[Talk] | None = None) -> list[Action]:
    """What the page of the two shows as agreed on; `past` are the talks held, where known."""
    past = list(Talk.held(one).limit(1)) if past is None else past
    return Action.for_next(one, past[0].held_at if past else None)


def action_form(one: OneOnOne) -> ActionForm:
    """Nothing said yet: it is mine, until we meet next."""
    me = viewer()
    due_on = rhythm.due_day(one.next.planned_on, me.today())
    return ActionForm(data={"whose": str(me.id), "due_on": due_on}).of(me, one.other(me))


@bp.get("/one-on-ones/<int:one_on_one_id>/talks")
@doors.signed_in
def show_talks(one_on_one_id: int) -> Any:
    one = found_or_404(one_on_one_id)
    page = web.Page(Talk.held(one), web.page_number())
    return render_template("oneonones/talks.html", one=one, other=one.other(viewer()), page=page)


@bp.get("/one-on-ones/talks/<int:talk_id>")
@doors.signed_in
def show_talk(talk_id: int) -> Any:
    """A talk that was held; the next one is the page of the two."""
    me = viewer()
    talk = web.get_or_404(access.talks_visible_to(me), id=talk_id)
    one = found_or_404(talk.one_on_one_id)
    if talk.held_on is None:
        return redirect(one.url)
    note = PrivateNote.own(talk, me)
    return render_template(
        "oneonones/talk.html",
        one=one,
        talk=talk,
        other=one.other(me),
        points=TalkPoint.at_held(talk),
        actions=Action.of_talk(talk),
        note=note,
        may_add=access.can_add(me, one),
        may_note=access.can_note(me),
        is_last=talk.number == one.next.number - 1,
        forms={
            "notes": NotesForm(data={"words": talk.notes, "version": talk.version}),
            "private": NotesForm(data={"words": note.words, "version": note.version}),
        },
    )


# -- ready agendas, one's own export, figures --------------------------------------------------


@bp.get("/one-on-ones/<int:one_on_one_id>/agenda")
@doors.signed_in
def choose_agenda(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    agendas = access.agendas_for(viewer())
    return _agenda_page(one, web.bind(AgendaForm).of(agendas))


def _agenda_page(one: OneOnOne, form: AgendaForm, status: int = 200) -> Any:
    me = viewer()
    return render_template(
        "oneonones/agenda.html",
        one=one,
        form=form,
        other=one.other(me),
        may_write=access.can_write_agendas(me),
    ), status


@bp.post("/one-on-ones/<int:one_on_one_id>/agenda")
@doors.signed_in
def fill_agenda(one_on_one_id: int) -> Any:
    """Take over the points of a ready agenda."""
    one = to_add_to(one_on_one_id)
    form = web.bind(AgendaForm).of(access.agendas_for(viewer()))
    if not form.validate():
        return _agenda_page(one, form, 422)
    return _add_points(one, form.points)


def _add_points(one: OneOnOne, words: list[str]) -> Any:
    try:
        came = TalkPoint.raise_for(one, words, by=viewer())
    except ValueError as error:
        return go(one.url, say=str(error))
    said = "They are on the agenda." if came else "All of them are on the agenda already."
    return go(f"{one.url}#agenda", say=said)


@bp.get("/one-on-ones/export")
@doors.signed_in
def export() -> Any:
    """One's own points, actions and private notes, as a file: never what the other one wrote."""
    me = viewer()
    web.exists(access.can_have(me))
    headers = {"Content-Disposition": 'attachment; filename="my-one-on-ones.md"'}
    return Response(exporting.file_of(me), 200, headers, mimetype="text/markdown")


@bp.get("/one-on-ones/frequency")
@doors.signed_in
def show_frequency() -> Any:
    web.exists(access.can_see_frequency(viewer()))
    return render_template("oneonones/frequency.html", months=TalkFigure.months())
