"""The course: as a kind of document, its formats, as a duty, and as something required."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.exemptions import excuse, excuse_no_more
from portal.compliance.needs import RequirementKind
from portal.documents.models import Document, DocumentKind, Revision
from portal.learning import access, panels, requiring
from portal.learning.course_files import FILE_KEY, UPLOAD, read_file
from portal.learning.formats import Format
from portal.learning.links import LINK_KEY, read_link
from portal.learning.models import KIND
from portal.learning.parser import parse_course
from portal.learning.standing import asks
from portal.learning.starters import TEMPLATES
from portal.people.models import Person
from portal.questionnaires import quiz
from portal.uploads.models import MEGABYTE, UploadKind
from portal.uploads.sniffing import JPEG, MP3, MP4, PDF, PNG, WEBM, WEBP


def _published(course: Document, revision: Revision, by: Person | None) -> None:
    """Whoever is required to take it may have to take it again."""
    following.refresh(KIND, course.id)


def _retired(course: Document, by: Person | None) -> None:
    """Retired, it is owed by nobody; put back in force, by those it is required of."""
    if course.retired_at:
        following.let_go(KIND, course.id, by=by, reason="Retired.")
    else:
        following.refresh(KIND, course.id)


DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Course",
        plural="Courses",
        parse=parse_course,
        preview="learning/_preview.html",
        template=TEMPLATES["page"],
        icon="graduation-cap",
        is_for_all=True,
        folder="courses",
        help="writing-courses",
        inserts={"Section": "\n## A section\n", **quiz.INSERTS},
        text_of=quiz.text_of,
        asks=asks,
        published=_published,
        retired=_retired,
    )
]

FORMATS = [
    Format(
        name="page",
        title="Text to read",
        icon="book-open",
        panel="learning/_page_panel.html",
        shown=panels.page_shown,
        reasons=panels.page_reasons,
        begin_label="Begin",
    ),
    Format(
        name="file",
        title="Film or document",
        icon="circle-play",
        panel="learning/_file_panel.html",
        keys=frozenset({FILE_KEY}),
        template=TEMPLATES["file"],
        read=read_file,
        shown=panels.file_shown,
        reasons=panels.file_reasons,
        offered=panels.file_offered,
    ),
    Format(
        name="link",
        title="Course elsewhere",
        icon="external-link",
        panel="learning/_link_panel.html",
        keys=frozenset({LINK_KEY}),
        template=TEMPLATES["link"],
        read=read_link,
        shown=panels.link_shown,
        reasons=panels.link_reasons,
    ),
]


def _never(viewer: Person, duty: Assignment) -> bool:
    """Nobody takes a course for somebody else."""
    return False


def _is_hr(viewer: Person, duty: Assignment) -> bool:
    return viewer.is_hr and viewer.id != duty.person_id


ASSIGNMENTS = [
    AssignmentKind(
        name=KIND,
        title="Course to take",
        icon="graduation-cap",
        url=lambda duty: requiring.url_of(duty.target),
        is_early=True,
        has=lambda slug: slug in Document.slugs_in_force(KIND),
        slugs=lambda: Document.slugs_in_force(KIND),
        open=requiring.open_planned,
        waive=excuse,
        reopen=excuse_no_more,
        may_waive=_is_hr,
        may_hand_over=_never,
        may_reopen=_is_hr,
    )
]

REQUIREMENTS = [
    RequirementKind(
        name=KIND,
        title="Course",
        icon="graduation-cap",
        duty=KIND,
        targets=requiring.TEXT.targets,
        title_of=requiring.TEXT.title_of,
        url_of=requiring.url_of,
        since=requiring.TEXT.since,
        facts=requiring.facts,
        open=requiring.TEXT.open_required,
    )
]

UPLOADS = [
    UploadKind(
        UPLOAD,
        "A film or document for a course",
        may=access.can_manage,
        max_bytes=500 * MEGABYTE,
        sorts=(MP4, WEBM, MP3, PDF, PNG, JPEG, WEBP),
    )
]
