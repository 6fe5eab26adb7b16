"""Certificates of courses: the sheet to print, and the page on which a stranger checks one."""

from typing import Any

from flask import current_app, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from portal import clock, doors, forms, web
from portal.learning import access, certificates, record
from portal.learning.views import bp
from portal.people.org import Company
from portal.people.session import viewer

MAX_TYPED = 60


class CodeForm(forms.Form):
    """The code on a certificate. It changes nothing, so it comes with the address."""

    code = forms.line("The code on it", MAX_TYPED, "Type the code that stands on the certificate.")

    def validate_code(self, field: Any) -> None:
        if not certificates.as_typed(field.data):
            said = "It has 12 letters and digits, and none that look alike: no 0, 1, I, L, O or U."
            raise ValidationError(said)


@bp.get("/learning/completions/<int:completion_id>")
@doors.signed_in
@doors.also_for("audit")
def show_completion(completion_id: int) -> Any:
    """That somebody has completed a course, as a sheet to print; with its code, where the course
    gives certificates."""
    me = viewer()
    found = certificates.of(access.completions_visible_to(me), completion_id)
    web.exists(found is not None)
    assert found is not None
    person = found.completion.person
    state, is_own = found.state(me.today()), person.id == me.id
    return render_template(
        "learning/completion.html",
        found=found,
        completion=found.completion,
        person=person,
        is_own=is_own,
        state=state,
        states=certificates.STATES,
        app_url=current_app.config["APP_URL"],
        may_renew=is_own
        and state in (certificates.ENDING, certificates.ENDED)
        and certificates.renews(found.completion),
        may_see_course=is_own or me.is_hr or me.is_auditor,
        may_see_record=record.can_see_record(me, person),
        may_take_back=access.can_record(me, person) and found.completion.superseded_at is None,
    )


# -- for anybody -------------------------------------------------------------------------------


@bp.get("/learning/certificates/check")
@doors.open_to_all
def check_certificate() -> Any:
    """A form for the code on a certificate; its answer has an address of its own."""
    form = CodeForm(MultiDict(request.args) if "code" in request.args else None)
    if "code" not in request.args:
        return render_template("learning/check.html", form=form)
    if not form.validate():
        return render_template("learning/check.html", form=form), 422
    return redirect(f"{certificates.CHECKED}/{certificates.as_typed(form.code.data)}", 303)


@bp.get("/learning/certificates/<code>")
@doors.open_to_all
def verify_certificate(code: str) -> Any:
    """Whether a certificate is genuine: the same page for every answer, nothing but what stands
    on the certificate itself, and a 404 where no such code was ever given."""
    found = certificates.find(code)
    today = clock.today(Company.settings().zone)
    page = render_template(
        "learning/verify.html",
        found=found,
        state=found.state(today) if found else "unknown",
        typed=code[:MAX_TYPED],
        form=CodeForm(),
    )
    return page, 200 if found else 404
