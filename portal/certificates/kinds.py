"""A certificate as a duty, as HR's check, as something required, and as a file that is sent."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.certificates import access, duties, holding
from portal.certificates.forms import UPLOAD
from portal.certificates.types import KIND, CertificateType
from portal.compliance.exemptions import excuse, excuse_no_more
from portal.compliance.needs import RequirementKind
from portal.uploads.models import MEGABYTE, UploadKind
from portal.uploads.sniffing import JPEG, PDF, PNG, WEBP


def _url(duty: Assignment) -> str:
    return f"/certificates/new?type={duty.target}"


ASSIGNMENTS = [
    AssignmentKind(
        name=KIND,
        title="Certificate to bring",
        icon="award",
        url=_url,
        is_early=True,
        has=lambda slug: CertificateType.named(slug) is not None,
        slugs=holding.slugs,
        open=holding.open_named,
        waive=excuse,
        reopen=excuse_no_more,
        may_waive=access.may_waive,
        may_reopen=access.may_waive,
        # It is about the person: nobody else can hold it for them.
        may_hand_over=lambda viewer, duty: False,
    ),
    AssignmentKind(
        name=duties.CHECK,
        title="Certificate to check",
        icon="shield-check",
        url=lambda duty: f"/certificates/{duty.target}",
        # It ends when it is confirmed, sent back or taken out.
        may_waive=lambda viewer, duty: False,
        may_hand_over=lambda viewer, duty: False,
    ),
]

REQUIREMENTS = [
    RequirementKind(
        name=KIND,
        title="Certificate",
        icon="award",
        duty=KIND,
        targets=holding.targets,
        title_of=holding.title_of,
        url_of=holding.url_of,
        since=holding.since,
        facts=holding.facts,
        open=holding.open_required,
    )
]

UPLOADS = [
    UploadKind(
        UPLOAD,
        "A certificate",
        may=access.can_bring,
        max_bytes=20 * MEGABYTE,
        sorts=(JPEG, PNG, WEBP, PDF),
    )
]
