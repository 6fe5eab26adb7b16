"""Filling a form, reading what was sent, handing it over, and giving one out by hand."""

import base64
import hashlib
import hmac
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from portal import doors, text, web
from portal.documents import access as documents_access
from portal.documents.models import Document
from portal.hx import go
from portal.people import access as people_access
from portal.people.session import viewer
from portal.people.tables import write_table
from portal.questionnaires import access, companions, promise
from portal.questionnaires.amending import answers_for
from portal.questionnaires.anchors import shown
from portal.questionnaires.companions import Unfit
from portal.questionnaires.forms import Posted, SendForm, find_people
from portal.questionnaires.keeping import FORM, HANDOVER
from portal.questionnaires.models import Closed, Conflict, Submission
from portal.questionnaires.questionnaire import Questionnaire, Refused
from portal.questionnaires.ratings import to_rows

bp = Blueprint("questionnaires", __name__)
WELCOME = "welcome"
SAVED = "questionnaires/_saved.html"


def _preview(structure: dict[str, Any]) -> Questionnaire:
    """The questionnaire of a text in work; ratings kept elsewhere show the rows of any level."""
    rows: dict[str, Any] = {}
    for section in structure.get("sections", ()):
        for question in section["questions"]:
            if source := question.get("source"):
                found = shown(source["name"], source["slug"], "")
                note = "Here stand the rows for the level of whoever it is about."
                rows[question["key"]] = {"rows": to_rows(list(found.rows)), "note": note}
    return Questionnaire.of(structure, rows)


bp.add_app_template_global(_preview, "questionnaire_of")
bp.add_app_template_global(promise.readers, "readers_of")
bp.add_app_template_global(promise.who_reads, "who_reads")
bp.add_app_template_global(promise.how_long, "how_long")


@bp.get("/forms")
@doors.signed_in
@doors.also_for(WELCOME)
def index() -> Any:
    """What one has to fill and has sent, and what others have sent one to read."""
    me = viewer()
    show = "read" if request.args.get("show") == "read" else "mine"
    found = access.sent_to(me) if show == "read" else access.mine(me)
    person = None
    about = None if me.came_by_pass else web.number(request.args.get("person", ""))
    if about is not None:
        person = web.get_or_404(people_access.visible_to(me), id=about)
        found = found.where(Submission.about == person)
    page = web.Page(Submission.listing(found), web.page_number())
    return render_template("questionnaires/index.html", page=page, show=show, person=person)


def _found(submission_id: int) -> Submission:
    """The submission, or 404. Asked at every saving, so its SQL is written once and the right to
    know of it is asked of the loaded row."""
    submission = Submission.find(submission_id)
    web.exists(submission is not None and access.can_see(viewer(), submission))
    return submission  # type: ignore[return-value]


@bp.get("/forms/<int:submission_id>")
@doors.signed_in
@doors.also_for(WELCOME)
def show(submission_id: int) -> Any:
    """The form itself for whoever fills it; a receipt once it is sent; its state for others."""
    me, submission = viewer(), _found(submission_id)
    if access.can_fill(me, submission):
        return _fill(submission)
    may_read = access.can_read(me, submission)
    return render_template(
        "questionnaires/show.html",
        submission=submission,
        duty=submission.duty(),
        handover=submission.duty(HANDOVER),
        beside=companions.beside(me, submission),
        is_mine=submission.person_id == me.id,
        may_read=may_read,
        may_take_back=access.can_take_back(me, submission),
        may_withdraw=access.can_withdraw(me, submission),
        may_restore=access.can_restore(me, submission),
    )


@bp.get("/forms/<int:submission_id>/readers")
@doors.signed_in
@doors.also_for(WELCOME)
def show_readers(submission_id: int) -> Any:
    """Who can see this: the people themselves, by name."""
    submission = _found(submission_id)
    beside = companions.beside(viewer(), submission)
    return render_template(
        "questionnaires/readers.html",
        submission=submission,
        people=promise.people(submission, beside),
        beside=beside,
    )


# -- filling -----------------------------------------------------------------------------------


def _fill(
    submission: Submission,
    posted: Posted | None = None,
    status: int = 200,
    *,
    problems: dict[str, str] | None = None,
    unfit: dict[str, str] | None = None,
    undecided: list[str] | None = None,
    fragment: str = "questionnaires/_fill.html",
) -> Any:
    """The form: as it is saved, or as it was just sent with what stands in its way: `problems` of
    answers, by question, and what was `unfit` of the choice beside it, by field."""
    page = fragment if _is_partial() else "questionnaires/fill.html"
    choice = posted.choice if posted else None
    return render_template(
        page,
        submission=submission,
        questionnaire=submission.questionnaire,
        beside=None if page == SAVED else companions.beside(viewer(), submission),
        choice=submission.choice if choice is None else choice,
        answers=posted.answers if posted else submission.given,
        problems=problems or {},
        unfit=unfit or {},
        trouble=posted.trouble if posted else "",
        undecided=undecided or [],
        theirs=submission.given,
        kept=sorted(posted.kept) if posted and undecided else [],
        duty=None if page == fragment else submission.duty(),
    ), status


def _is_partial() -> bool:
    return bool(request.htmx.partial)  # type: ignore[attr-defined]


def _posted(submission_id: int) -> tuple[Submission, Posted]:
    """The viewer's own form and what they sent in it."""
    me, submission = viewer(), _found(submission_id)
    web.permit(submission.person_id == me.id)
    try:
        return submission, Posted(submission, me)
    except Refused as error:
        abort(400, str(error))


def _both(submission: Submission, posted: Posted) -> Any:
    """409: what was typed stays in the fields, what was saved elsewhere stands beside it."""
    differing = submission.questionnaire.differences(posted.answers, submission.given)
    undecided = [key for key in differing if key not in posted.kept]
    return _fill(submission, posted, 409, undecided=undecided)


def _closed(submission: Submission) -> Any:
    said = "was sent already" if submission.submitted_at else "is not asked for any more"
    return go(f"/forms/{submission.id}", say=f"This form {said}. Nothing was changed.")


@bp.post("/forms/<int:submission_id>/draft")
@doors.signed_in
@doors.also_for(WELCOME)
def save_draft(submission_id: int) -> Any:
    """Keep what was written so far, valid or not."""
    submission, posted = _posted(submission_id)
    if posted.trouble:
        return _fill(submission, posted, 422, fragment=SAVED)
    if posted.undecided:
        return _both(submission, posted)
    try:
        submission.save_draft(posted.answers, posted.version, posted.choice)
    except Conflict:
        posted.kept = set()
        return _both(submission, posted)
    except Closed:
        if _is_partial():
            # Nobody is looking: the page that saves in the background says it itself.
            return "", {"HX-Redirect": f"/forms/{submission.id}"}
        return _closed(submission)
    if _is_partial():
        # After a choice the whole form is drawn anew; while typing only what says how it stands.
        drawn = "questionnaires/_fill.html" if posted.is_choosing else SAVED
        return _fill(submission, fragment=drawn)
    return go(f"/forms/{submission.id}", say="Saved. Nobody else sees it before you send it.")


@bp.post("/forms/<int:submission_id>/submission")
@doors.signed_in
@doors.also_for(WELCOME)
def submit(submission_id: int) -> Any:
    me = viewer()
    submission, posted = _posted(submission_id)
    if posted.trouble:
        return _fill(submission, posted, 422)
    if posted.undecided:
        return _both(submission, posted)
    try:
        # What was typed is kept whether or not it can be sent.
        submission.save_draft(posted.answers, posted.version, posted.choice)
        beside, choice = posted.beside, submission.choice
        problems = submission.questionnaire.problems(posted.answers)
        unfit = beside.problems(choice) if beside else {}
        if problems or unfit:
            return _fill(submission, posted, 422, problems=problems, unfit=unfit)
        said = companions.send(submission, posted.answers, beside, choice, by=me)
    except Conflict:
        posted.kept = set()
        return _both(submission, posted)
    except Closed:
        return _closed(submission)
    except Unfit as error:
        # Nothing was sent, and this row says it was: it is read again.
        return _fill(_found(submission_id), posted, 422, unfit=error.problems)
    back = f"/forms/{submission.id}"
    undo = f"{back}/taking-back" if _found(submission_id).may_be_taken_back else ""
    return go(back, say=f"Sent. {said or 'This is your receipt.'}", undo=undo)


@bp.post("/forms/<int:submission_id>/taking-back")
@doors.signed_in
@doors.also_for(WELCOME)
def take_back(submission_id: int) -> Any:
    me, submission = viewer(), _found(submission_id)
    web.permit(submission.person_id == me.id)
    if not submission.is_open and not submission.take_back(by=me):
        why = "It was read meanwhile" if submission.read_at else "It is too late for that"
        return go(f"/forms/{submission.id}", say=f"{why}, so it stays sent.")
    return go(f"/forms/{submission.id}", say="It is with you again: nobody had read it.")


@bp.get("/me/draft-key")
@doors.signed_in
@doors.also_for(WELCOME)
def draft_key() -> Any:
    """The keys with which this person's drafts are locked on whatever device they sign in on.

    The first is the present one; the others read what was locked before the secret changed.
    """
    said = f"draft-key:{viewer().id}".encode()
    keys = [
        hmac.new(secret.encode(), said, hashlib.sha256).digest() for secret in web.secret_keys()
    ]
    return jsonify({"keys": [base64.b64encode(key).decode() for key in keys]})


# -- reading -----------------------------------------------------------------------------------


def _readable(submission_id: int) -> Submission:
    """The submission, if the viewer may read its answers; that they did is noted."""
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_read(me, submission))
    submission.note_reading(me)
    return submission


@bp.get("/forms/<int:submission_id>/answers")
@doors.signed_in
def show_answers(submission_id: int) -> Any:
    submission = _readable(submission_id)
    return render_template(
        "questionnaires/answers.html",
        submission=submission,
        answers=answers_for(viewer(), submission),
        may_take_over=access.can_take_over(viewer(), submission),
    )


@bp.get("/forms/<int:submission_id>/answers.csv")
@doors.signed_in
def download_answers(submission_id: int) -> Any:
    """The answers as a table, one question a row."""
    submission = _readable(submission_id)
    rows = submission.questionnaire.lines(answers_for(viewer(), submission))
    head = [("", "About", submission.about.called), ("", "Sent by", submission.person.called)]
    name = f"{text.slugify(submission.title)}-{submission.id}.csv"
    return Response(
        write_table(("Section", "Question", "Answer"), [*head, *rows]),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@bp.post("/forms/<int:submission_id>/handover")
@doors.signed_in
def take_over(submission_id: int) -> Any:
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_take_over(me, submission))
    submission.take_over(by=me)
    until = f" It is erased here on {web.day(submission.purge_on)}." if submission.purge_on else ""
    undo = f"/forms/{submission.id}/handover/undoing"
    return go("/", say=f"Taken over.{until}", undo=undo)


@bp.post("/forms/<int:submission_id>/handover/undoing")
@doors.signed_in
def give_back(submission_id: int) -> Any:
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_take_over(me, submission))
    submission.give_back(by=me)
    return go(f"/forms/{submission.id}/answers", say="It waits to be taken over again.")


# -- giving out --------------------------------------------------------------------------------


def _form_document(slug: str) -> Document:
    me = viewer()
    web.exists(access.can_send(me))
    document = web.get_or_404(documents_access.visible_to(me), kind=FORM, slug=slug)
    web.exists(document.state == "published")
    return document  # type: ignore[no-any-return]


def _send_page(document: Document, form: SendForm, status: int = 200) -> Any:
    sent = Submission.of_document(document).where(Submission.about != viewer().id)
    return render_template(
        "questionnaires/send.html",
        document=document,
        form=form,
        page=web.Page(sent, web.page_number()),
    ), status


def _send_form(document: Document) -> SendForm:
    assert document.current is not None
    is_about_other = document.current.parsed.get("about") == "other"
    form = web.bind(SendForm, {"people": request.args.get("person", "")})
    return form.offer(is_about_other, viewer().today())


@bp.get("/documents/form/<slug>/sending")
@doors.signed_in
def new(slug: str) -> Any:
    """To whom, about whom, by when; and who has it already."""
    document = _form_document(slug)
    return _send_page(document, _send_form(document))


@bp.post("/documents/form/<slug>/sending")
@doors.signed_in
def create(slug: str) -> Any:
    me, document = viewer(), _form_document(slug)
    form = _send_form(document)
    if not form.validate():
        return _send_page(document, form, 422)
    people, _ = find_people(form.people.data)
    subject = form.subject if form.is_about_other else None
    first = Submission.send(document, people, subject, due_on=form.due_on.data, by=me)
    names = people[0].called if len(people) == 1 else text.count(len(people), "person")
    return go(
        f"/documents/form/{slug}/sending",
        say=f"“{document.title}” went to {names}.",
        undo=f"/forms/{first}/sending/undoing",
    )


@bp.post("/forms/<int:submission_id>/sending/undoing")
@doors.signed_in
def undo_sending(submission_id: int) -> Any:
    """Take back what went out together by hand, as far as it is not sent yet."""
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_send(me) and submission.opened_by_id == me.id)
    count = submission.withdraw_all(by=me)
    back = f"/documents/form/{submission.revision.document.slug}/sending"
    return go(back, say=f"Taken back from {text.count(count, 'person')}.")


@bp.post("/forms/<int:submission_id>/withdrawal")
@doors.signed_in
def withdraw(submission_id: int) -> Any:
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_withdraw(me, submission))
    submission.withdraw(by=me)
    undo = f"/forms/{submission.id}/restoring"
    return go(f"/forms/{submission.id}", say="Nobody is asked for it any more.", undo=undo)


@bp.post("/forms/<int:submission_id>/restoring")
@doors.signed_in
def restore(submission_id: int) -> Any:
    me, submission = viewer(), _found(submission_id)
    web.permit(access.can_restore(me, submission))
    submission.restore(by=me)
    return go(f"/forms/{submission.id}", say="It is asked for again.")
