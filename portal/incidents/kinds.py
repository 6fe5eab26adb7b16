"""The duty to answer a report, the measures, and the photo that comes with one."""

from portal.assignments.duties import AssignmentKind
from portal.incidents import access
from portal.incidents.forms import UPLOAD
from portal.incidents.models import DUTY, MEASURE
from portal.uploads.models import MEGABYTE, UploadKind
from portal.uploads.sniffing import JPEG, PDF, PNG, WEBP

ASSIGNMENTS = [
    AssignmentKind(
        name=DUTY,
        title="Incident to answer",
        icon="triangle-alert",
        url=lambda duty: f"/incidents/{duty.target}",
        # It ends with an answer, a measure or the closing.
        may_waive=lambda viewer, duty: False,
        may_hand_over=lambda viewer, duty: False,
    ),
    AssignmentKind(
        name=MEASURE,
        title="Measure after an incident",
        icon="shield-check",
        url=lambda duty: f"/incidents/measures/{duty.target}",
        act=lambda duty: f"/incidents/measures/{duty.target}/completion",
        act_label="Done",
        may_waive=access.may_let_go,
        may_reopen=access.may_let_go,
    ),
]

UPLOADS = [
    UploadKind(
        UPLOAD,
        "A photo of an incident",
        may=access.can_report,
        max_bytes=20 * MEGABYTE,
        sorts=(JPEG, PNG, WEBP, PDF),
    )
]
