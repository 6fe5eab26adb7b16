"""Rules for each class of record: the overview, the rule, the dry run and the purge."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, privacy, text, web
from portal.hx import go
from portal.people.session import viewer
from portal.privacy import RecordClass, records
from portal.retention import access, jobs
from portal.retention.forms import PurgeForm, RuleForm
from portal.retention.models import LegalHold, RetentionRule
from portal.retention.purging import Changed, Purge
from portal.retention.records import DryRun, totals

bp = Blueprint("retention", __name__)

Page = str | tuple[str, int] | WerkzeugResponse | Any

LATEST = 5


@bp.app_template_global("may_see_retention")
def may_see_retention() -> bool:
    """For links from other pages: the same rule as the page they lead to."""
    return access.can_see(viewer())


def _kept(name: str) -> RecordClass:
    """The class with this name that has a time; 404 for any other."""
    web.exists(access.can_see(viewer()))
    kept = records.get(name)
    web.exists(kept is not None and kept.ages)
    assert kept is not None
    return kept


@bp.get("/retention")
@doors.signed_in
def index() -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    ages = [kept for kept in records.values() if kept.ages]
    holds = access.holds_visible_to(me).where(LegalHold.is_on())
    return render_template(
        "retention/index.html",
        classes=sorted(ages, key=lambda kept: (not kept.takes_rule, kept.title)),
        totals=totals(ages),
        rules=RetentionRule.current(),
        held=LegalHold.classes(),
        holds=holds.count(),
        purges=list(access.purges_visible_to(me).limit(LATEST)),
        may_erase=access.can_see_erasures(me),
    )


@bp.get("/retention/register")
@doors.signed_in
def register() -> Page:
    """The record of processing: what is kept of people, why, until when."""
    web.exists(access.can_see(viewer()))
    tables: dict[str, list[privacy.Column]] = {}
    for column in sorted(privacy.columns.values(), key=lambda column: column.name):
        table, _, _ = column.name.partition(".")
        tables.setdefault(table, []).append(column)
    return render_template(
        "retention/register.html",
        tables=tables,
        classes=sorted(records.values(), key=lambda kept: kept.title),
        rules=RetentionRule.current(),
        effects=privacy.EFFECTS,
        today=web.viewer_today(),
    )


@bp.get("/retention/<name>")
@doors.signed_in
def show(name: str) -> Page:
    kept = _kept(name)
    rule = RetentionRule.of(name)
    values = {"months": kept.months}
    if rule is not None:
        values = {name: getattr(rule, name) for name in ("months", "reason", "is_automatic")}
    return _rule_page(kept, rule, web.bind(RuleForm, values, kept=kept))


def _rule_page(kept: RecordClass, rule: Any, form: RuleForm, status: int = 200) -> Page:
    me = viewer()
    purges = access.purges_visible_to(me).where(Purge.record_class == kept.name)
    return render_template(
        "retention/show.html",
        kept=kept,
        rule=rule,
        form=form,
        history=RetentionRule.history(kept.name),
        purges=list(purges.limit(LATEST)),
        held=LegalHold.holds_class(kept.name),
        may_manage=access.can_manage(me),
    ), status


@bp.post("/retention/<name>/rule")
@doors.signed_in
def set_rule(name: str) -> Page:
    kept = _kept(name)
    web.permit(access.can_manage(viewer()) and kept.takes_rule)
    form = web.bind(RuleForm, kept=kept)
    if not form.validate():
        return _rule_page(kept, RetentionRule.of(name), form, 422)
    rule = RetentionRule.set(
        kept,
        months=form.months.data or 0,
        reason=form.reason.data or "",
        is_automatic=bool(form.is_automatic.data),
        by=viewer(),
    )
    said = f"{kept.title} are kept {text.count(rule.months, 'month')}."
    return go(f"/retention/{name}", say=said, undo=f"/retention/{name}/rule/withdrawal")


@bp.post("/retention/<name>/rule/withdrawal")
@doors.signed_in
def withdraw_rule(name: str) -> Page:
    kept = _kept(name)
    web.permit(access.can_manage(viewer()) and kept.takes_rule)
    rule = RetentionRule.of(name)
    if rule is not None:
        rule.withdraw(by=viewer())
    return go(f"/retention/{name}", say="There is no rule now: nothing goes by its age.")


@bp.get("/retention/<name>/dry-run")
@doors.signed_in
def dry_run(name: str) -> Page:
    kept = _kept(name)
    run = _run(kept)
    values = {"digest": run.digest, "rule": run.rule.id if run.rule else ""}
    form = web.bind(PurgeForm, values, expected=run.count)
    return _dry_run_page(run, form)


def _run(kept: RecordClass) -> DryRun:
    me = viewer()
    return DryRun(kept, RetentionRule.of(kept.name), me)


def _dry_run_page(run: DryRun, form: PurgeForm, status: int = 200) -> Page:
    me = viewer()
    return render_template(
        "retention/dry_run.html",
        kept=run.kept,
        run=run,
        form=form,
        running=Purge.running(run.kept.name),
        held=run.held(access.holds_visible_to(me)),
        may_purge=access.can_manage(me),
    ), status


@bp.post("/retention/<name>/purges")
@doors.signed_in
def purge(name: str) -> Page:
    kept = _kept(name)
    web.permit(access.can_manage(viewer()))
    run = _run(kept)
    form = web.bind(PurgeForm, expected=run.count)
    if not form.validate():
        return _dry_run_page(run, form, 422)
    shown_rule = web.number(form.rule.data or "")
    rule = run.rule if (run.rule and run.rule.id) == shown_rule else None
    try:
        begun = Purge.begin(kept, by=viewer(), rule=rule, shown=form.digest.data or "")
    except Changed:
        form.typed.errors = ["It has changed since it was shown. Look again, then type the number."]
        fresh = _run(kept)
        form.digest.data, form.rule.data = fresh.digest, str(fresh.rule.id if fresh.rule else "")
        return _dry_run_page(fresh, form, 409)
    if begun is None:
        return go(f"/retention/{name}/dry-run", say="There was nothing to purge.")
    jobs.go_on_purging.wake()
    return go(f"/retention/purges/{begun.id}")
