"""The application: rooms, doors and headers put together. It decides nothing itself."""

import logging
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, render_template, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from portal import assets, blobs, clock, db, doors, hx, kinds, models, packing, queue, web
from portal.assignments import calendar_views
from portal.assignments import views as assignments
from portal.audit import keys
from portal.careers import (
    aspiration_views,
    band_views,
    move_new_views,
    move_views,
    opening_handling_views,
    opening_views,
    track_views,
)
from portal.careers import plan_views as career_plan_views
from portal.careers import views as careers
from portal.certificates import check_views, type_views
from portal.certificates import import_views as certificate_import_views
from portal.certificates import views as certificates
from portal.checklists import (
    holding_views,
    productivity_views,
    rule_views,
    step_views,
    welcome_views,
)
from portal.checklists import views as checklists
from portal.competencies import assessing_views, gap_views
from portal.competencies import views as competencies
from portal.compliance import calendar_views as compliance_calendar
from portal.compliance import overview_views as compliance_overview
from portal.compliance import people_views as requirement_people
from portal.compliance import views as compliance
from portal.config import Config
from portal.demographics import views as demographics
from portal.documents import approval_views, editing_views
from portal.documents import views as documents
from portal.evidence import (
    as_of_views,
    auditor_views,
    checkpoint_views,
    pack_views,
    verify_views,
)
from portal.evidence import views as evidence
from portal.feedback import asking_views, praise_views
from portal.feedback import views as feedback
from portal.goals import changing_views as goal_changing
from portal.goals import checkin_views
from portal.goals import views as goals
from portal.growth import mentor_views, plan_views, stretch_views
from portal.growth import views as growth
from portal.home import help_views, nav
from portal.home import views as home
from portal.incidents import figures_views as incident_figures
from portal.incidents import views as incidents
from portal.incidents import working_views as incident_working
from portal.learning import certificate_views as course_certificates
from portal.learning import file_views as course_files
from portal.learning import helped_views, practice_views, record_views, spending_views
from portal.learning import manage_views as course_management
from portal.learning import people_views as course_people
from portal.learning import views as learning
from portal.mail import jobs as mail
from portal.metrics import executive_views as metrics_executive
from portal.metrics import owner_views as metrics_owners
from portal.metrics import views as metrics
from portal.oneonones import action_views, day_views, talk_views
from portal.oneonones import views as oneonones
from portal.paths import handling_views as path_handling
from portal.paths import people_views as path_people
from portal.paths import views as paths
from portal.people import (
    directory_views,
    import_views,
    leave_views,
    leaving_views,
    overview_views,
    pass_views,
    position_views,
    session,
    settings_views,
    signing_views,
    team_views,
    vacancy_views,
)
from portal.people import views as people
from portal.people.org import Company
from portal.personnel import parting_views
from portal.personnel import views as personnel
from portal.policies import difference_views, on_behalf_views
from portal.policies import people_views as policy_people
from portal.policies import views as policies
from portal.questionnaires import views as questionnaires
from portal.retention import erasure_views, hold_views
from portal.retention import views as retention
from portal.reviews import answer_views, calibration_views, nominee_views, review_views
from portal.reviews import control_views as review_control
from portal.reviews import effect_views as review_effects
from portal.reviews import evidence_views as review_evidence
from portal.reviews import improvement_views as review_improvement
from portal.reviews import launch_views as review_launching
from portal.reviews import views as reviews
from portal.scorm import content, player_views
from portal.scorm import views as scorm
from portal.sessions import attendance_views, booking_views
from portal.sessions import views as sessions
from portal.trust import views as trust
from portal.uploads import views as uploads

ROOT = Path(__file__).resolve().parent.parent

SLICES = [
    people,
    documents,
    assignments,
    questionnaires,
    checklists,
    home,
    trust,
    uploads,
    personnel,
    policies,
    certificates,
    demographics,
    retention,
    compliance,
    evidence,
    incidents,
    goals,
    feedback,
    oneonones,
    learning,
    sessions,
    scorm,
    paths,
    growth,
    competencies,
    reviews,
    careers,
    metrics,
]
# Their views belong to the slices above and are named so that nobody thinks them unused.
MORE_VIEWS = [
    directory_views, leave_views, leaving_views, overview_views, position_views, team_views,
    vacancy_views,
    approval_views, editing_views, help_views, import_views, pass_views, settings_views,
    signing_views, welcome_views,
    parting_views,
    hold_views, erasure_views,
    on_behalf_views, difference_views, policy_people,
    check_views, certificate_import_views, type_views,
    requirement_people,
    as_of_views, auditor_views, pack_views, checkpoint_views, verify_views,
    attendance_views, booking_views, practice_views,
    calendar_views, holding_views, productivity_views, rule_views, step_views,
    compliance_calendar, compliance_overview,
    course_certificates, course_people, record_views,
    course_files, course_management,
    incident_figures, incident_working, spending_views, helped_views,
    talk_views, action_views, day_views,
    goal_changing, checkin_views,
    player_views,
    path_handling, path_people,
    mentor_views, plan_views, stretch_views,
    opening_handling_views, opening_views,
    move_new_views, move_views,
    aspiration_views, career_plan_views, band_views, track_views,
    asking_views, praise_views,
    assessing_views, gap_views,
    review_control, review_effects, review_evidence, review_improvement, review_launching,
    calibration_views, review_views,
    answer_views, nominee_views,
    metrics_executive, metrics_owners,
]  # fmt: skip

# Health opens the database itself, to say so when it cannot.
WITHOUT_DATABASE = ("assets.serve", "assets.hue", "frame.health")

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_FORM_BYTES = 64 * 1024
# Only where a whole document or spreadsheet is typed or pasted.
MAX_LARGE_FORM_BYTES = 6 * 1024 * 1024
LARGE_FORMS = (
    "documents.save_draft",
    "documents.publish",
    "documents.ask_for_approval",
    "documents.keep_mine",
    "documents.take_theirs",
    "documents.import_files",
    "people.read_import",
    "certificates.read_import",
    "certificates.apply_import",
    "uploads.add_part",
)
# Where a file may come with a form: that is large, what is typed beside it is not.
FORMS_WITH_FILES = (
    "personnel.create",
    "personnel.replace",
    "certificates.create",
    "certificates.correct",
    "learning.send_practice",
    "checklists.complete_step",
    "evidence.check_pack",
    "incidents.create",
    "learning.put_file",
    "scorm.create",
    "scorm.replace",
)
BEAT_IS_STALE_SECONDS = 3 * queue.BEAT_SECONDS


def create_app(config: Config) -> Flask:
    """The portal as a WSGI application, with its database bound and its kinds gathered."""
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_environment = web.Templates
    _configure(app, config)
    db.open_database(config)
    kinds.gather()
    blobs.configure(config.data_dir / "blobs", config.blob_store)
    keys.configure(config.secret_key)
    mail.configure(config.smtp_url, "People portal", f"portal@{config.app_host}")
    _bound_bodies(app)
    web.keep_connections(app, without=WITHOUT_DATABASE)
    hx.init_app(app)
    web.init_app(app)
    assets.init_app(app)
    session.init_app(app)
    packing.init_app(app)
    doors.init_app(app, config)
    for room in SLICES:
        app.register_blueprint(room.bp)
    _add_frame(app)
    if config.demo:
        app.add_url_rule(
            "/sign-in/demo",
            "people.sign_in_demo",
            doors.open_to_all(signing_views.sign_in_demo),
            methods=["POST"],
        )
    if not config.is_production:
        app.add_url_rule("/design", "home.design", doors.open_to_all(home.design))
    doors.check(app)
    _put_content_host_beside(app, config)
    return app


def _put_content_host_beside(app: Flask, config: Config) -> None:
    """Course packages run under a host name of their own, or not at all."""
    beside = content.create(config)
    app.extensions["content"] = beside
    if config.content_host:
        app.wsgi_app = content.beside(  # type: ignore[method-assign]
            app.wsgi_app, beside.wsgi_app, config.content_host, urlsplit(config.app_url).scheme
        )


def _configure(app: Flask, config: Config) -> None:
    secure = config.is_production
    app.config.update(
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.secret_key_fallbacks),
        SESSION_COOKIE_NAME="__Host-portal" if secure else "portal",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_LARGE_FORM_BYTES,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=_hosts(config),
        APP_URL=config.app_url,
        DEMO=config.demo,
        HAS_SMTP=bool(config.smtp_url),
        CONFIG=config,
    )


def _hosts(config: Config) -> list[str]:
    if config.is_production:
        return [urlsplit(config.app_url).netloc]
    return ["127.0.0.1", "localhost", ".localhost"]


def _bound_bodies(app: Flask) -> None:
    @app.before_request
    def bound_the_body() -> None:
        """A form is small: six megabytes of “a&a&a” would cost a stranger's victim seconds."""
        brings_file = request.mimetype == "multipart/form-data"
        large = (*LARGE_FORMS, *FORMS_WITH_FILES) if brings_file else LARGE_FORMS
        if request.endpoint not in large:
            request.max_content_length = MAX_FORM_BYTES


def _add_frame(app: Flask) -> None:
    app.add_url_rule("/healthz", "frame.health", health)
    app.context_processor(_frame)
    app.register_error_handler(HTTPException, _say_error)
    app.register_error_handler(Exception, _say_crash)


def _frame() -> dict[str, object]:
    """What the layout draws around every page."""
    if request.htmx.partial and current_user.is_authenticated:  # type: ignore[attr-defined]
        # A fragment has no frame around it.
        return {"me": session.viewer()}
    if "company" not in g:
        g.company = Company.settings()
    if not current_user.is_authenticated:
        return {"me": None, "company": g.company, "theme": "auto"}
    me = session.viewer()
    # On an error page no entry is the current one: its bytes must not depend on the address.
    path = "" if g.get("is_error") else request.path
    return {
        "me": me,
        "company": g.company,
        "theme": me.theme,
        "nav": nav.rail(me, path),
        "bar": nav.bar(me, path),
    }


@doors.open_to_all
def health() -> tuple[Response, int]:
    """Whether this process, its database, its tables and its worker are well. Never writes."""
    try:
        db.database.connect(reuse_if_open=True)
        pending = models.pending()
        beat = queue.Beat.get_or_none(queue.Beat.name == "worker")
        age = (clock.now() - beat.at).total_seconds() if beat else None
        state = {
            "process": "ok",
            "database": "ok",
            "migrations": "current" if not pending else f"{len(pending)} pending",
            "worker": "ok" if age is not None and age < BEAT_IS_STALE_SECONDS else "silent",
        }
    except Exception as error:
        logging.getLogger(__name__).warning("health: %s", error)
        return jsonify({"process": "ok", "database": "unreachable"}), 503
    return jsonify(state), 200


def _say_error(error: HTTPException) -> tuple[str, int, dict[str, str]] | Response:
    """A page in our own words. 404 has the same bytes whatever the reason."""
    code = error.code or 500
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    g.is_error = True
    known = code if code in (400, 401, 403, 404, 405, 409, 413, 422, 429) else 500
    name = {401: 403, 405: 404}.get(known, known)
    return render_template(f"errors/{name}.html", error=error), code, {}


def _say_crash(error: Exception) -> tuple[str, int]:
    logging.getLogger(__name__).exception("an answer failed: %s %s", request.method, request.path)
    g.pop("company", None)
    try:
        return render_template("errors/500.html"), 500
    except Exception:
        return "Something went wrong on our side.", 500
