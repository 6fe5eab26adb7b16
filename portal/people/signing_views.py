"""Doors to come in by: a code by mail, a link from the command line, the demo's list."""

import secrets

from flask import Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock, db, doors, web
from portal.mail.jobs import send_letters
from portal.mail.models import Letter
from portal.people.forms import CodeForm, EmailForm
from portal.people.models import Person
from portal.people.org import Company
from portal.people.session import enter, last_token, leave, safe_next
from portal.people.signing import CODE_MINUTES, Code, Link
from portal.people.views import bp

Page = str | tuple[str, int] | WerkzeugResponse


@bp.get("/sign-in")
@doors.open_to_all
def sign_in() -> Page:
    # Whoever came by a pass may have an account as well, or be somebody else by now.
    if current_user.is_authenticated and not current_user.device.scope:
        return redirect("/", 303)
    session["next"] = safe_next(request.args.get("next", "/"))
    return _sign_in_page(EmailForm())


def _sign_in_page(form: EmailForm, status: int = 200) -> Page:
    cast = demo_cast() if current_app.config["DEMO"] else []
    return render_template("people/sign_in.html", form=form, cast=cast), status


@bp.post("/sign-in")
@doors.open_to_all
def send_code() -> Page:
    """Known and unknown addresses get the same answer; only a known one gets a mail."""
    form = web.bind(EmailForm)
    if not form.validate():
        return _sign_in_page(form, 422)
    browser = session.setdefault("browser", secrets.token_urlsafe(16))
    # One commit either way, so the time it takes does not tell who is known.
    with db.write():
        code = Code.ask(
            form.email.data,
            browser=browser,
            address=request.remote_addr or "",
            last_token=last_token(),
        )
        if code and code.person:
            Letter.write("sign_in_code", f"code:{code.id}", code.person.id, code=code.id)
    if code is None:
        abort(429)
    session["code"] = code.id
    send_letters.wake()
    return redirect(url_for("people.enter_code"), 303)


@bp.get("/sign-in/code")
@doors.open_to_all
def enter_code() -> Page:
    if "code" not in session:
        return redirect(url_for("people.sign_in"), 303)
    return _code_page(CodeForm())


def _code_page(form: CodeForm, status: int = 200) -> Page:
    return render_template("people/code.html", form=form, minutes=CODE_MINUTES), status


@bp.post("/sign-in/code")
@doors.open_to_all
def check_code() -> Page:
    form = web.bind(CodeForm)
    if not form.validate():
        return _code_page(form, 422)
    code = Code.get_or_none(Code.id == session.get("code", 0))
    digits = "".join(mark for mark in form.code.data if mark.isdigit())
    person = code and code.redeem(
        digits, browser=session.get("browser", ""), key=current_app.config["SECRET_KEY"]
    )
    if not person:
        form.code.errors = [
            "This is not the code, or it is too old. After five tries, ask for a new one."
        ]
        return _code_page(form, 422)
    return _come_in(person, "code")


@bp.get("/sign-in/link/<token>")
@doors.by_link
def open_link(token: str) -> Page:
    link = Link.find(token) or abort(404)
    return render_template("people/link.html", person=link.person)


@bp.post("/sign-in/link/<token>")
@doors.by_link
def use_link(token: str) -> Page:
    link = Link.find(token) or abort(404)
    if not link.use():
        abort(404)
    return _come_in(link.person, "link")


def sign_in_demo() -> Page:
    """Be one of the sample people. The route exists with DEMO=1 only."""
    form = web.bind(EmailForm)
    if not form.validate():
        return _sign_in_page(form, 422)
    person = Person.by_email(form.email.data)
    if person is None or not person.is_active:
        form.email.errors = ["Nobody here has this address."]
        return _sign_in_page(form, 422)
    return _come_in(person, "demo")


def demo_cast() -> list[Person]:
    """The sample people, in the order a newcomer meets them; a company of its own has others."""
    emails = [f"{name}@halden.example" for name in CAST]
    company_today = clock.today(Company.settings().zone)
    return Person.with_emails(emails, company_today)


CAST = (
    "helen", "mara", "nia", "erin", "dora", "otto", "ben", "ida", "adam", "audrey", "astrid",
)  # fmt: skip


@bp.post("/sign-out")
@doors.signed_in
@doors.also_for("welcome", "papers")
def sign_out() -> WerkzeugResponse | Response:
    leave()
    return redirect(url_for("people.sign_in"), 303)


def _come_in(person: Person, how: str) -> WerkzeugResponse:
    wanted = safe_next(session.get("next", "/"))
    enter(person, how)
    return redirect(wanted, 303)
