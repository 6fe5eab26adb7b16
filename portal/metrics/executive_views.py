"""The executive page, month by month, and what goes before leaving."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.metrics import access, executive, forms, leading, words
from portal.metrics.views import bp
from portal.people.session import viewer


@bp.get("/metrics/executive")
@doors.signed_in
def show_executive() -> Any:
    """Six numbers as they stand."""
    return _page(None)


@bp.get("/metrics/executive/<month>")
@doors.signed_in
def show_month(month: str) -> Any:
    """The same at the end of a month, such as `2026-10`."""
    first = forms.month_of(month)
    web.exists(first)
    return _page(first)


def _page(first: Any) -> Any:
    me = viewer()
    web.exists(access.can_see_executive(me))
    month = executive.month(first)
    web.exists(month)
    return render_template(
        "metrics/executive.html",
        month=month,
        said=executive.said(month, me, me.today()),
        may_open=access.can_see_company(me),
        words=words,
        today=me.today(),
    )


@bp.get("/metrics/leading")
@doors.signed_in
def show_leading() -> Any:
    """What learning and one-on-ones were before people left, and before they stayed."""
    me = viewer()
    web.exists(access.can_see_leading(me))
    today = me.today()
    return render_template(
        "metrics/leading.html", indicators=leading.indicators(today), on=today, words=words
    )
