"""The checkpoints, for whoever wants to compare one with a mail that was kept."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.audit.alarms import ChainAlarm
from portal.audit.checkpoints import Checkpoint
from portal.evidence import access
from portal.evidence.views import bp
from portal.people.session import viewer


@bp.get("/evidence/checkpoints")
@doors.signed_in
@doors.also_for("audit")
def checkpoints() -> Any:
    web.exists(access.can_see_checkpoints(viewer()))
    return render_template(
        "evidence/checkpoints.html",
        page=web.Page(Checkpoint.by_size(), web.page_number()),
        alarms=list(ChainAlarm.ringing()),
        auditors=access.auditors_now(),
        addresses=access.addresses_outside(),
    )


@bp.get("/evidence/checkpoints/<int:size>")
@doors.signed_in
@doors.also_for("audit")
def show_checkpoint(size: int) -> Any:
    web.exists(access.can_see_checkpoints(viewer()))
    checkpoint = web.get_or_404(Checkpoint.by_size(), size=size)
    return render_template("evidence/checkpoint.html", checkpoint=checkpoint)
