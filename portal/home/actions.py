"""What one can go to or do from anywhere: each entry asks the rule of the page it leads to.

So the palette never offers what would be refused; a test tries every entry as the whole cast.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.careers import access as careers
from portal.careers import band_access as career_bands
from portal.careers import opening_access as openings
from portal.certificates import access as certificates
from portal.checklists import access as checklists
from portal.competencies import access as competencies
from portal.compliance import access as compliance
from portal.demographics import access as demographics
from portal.documents import access as documents
from portal.evidence import access as evidence
from portal.feedback import access as feedback
from portal.goals import access as goals
from portal.growth import access as growth
from portal.incidents import access as incidents
from portal.learning import access as learning
from portal.metrics import access as metrics
from portal.oneonones import access as one_on_ones
from portal.people import access as people
from portal.people.models import Person
from portal.personnel import access as personnel
from portal.retention import access as retention
from portal.reviews import access as reviews
from portal.reviews import improvement_access as improvements
from portal.scorm import access as scorm
from portal.trust import access as trust


def _everyone(viewer: Person) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A page to open, or (`is_post`) a button to press; `words` are other names for it."""

    title: str
    url: str
    icon: str
    may: Callable[[Person], bool] = _everyone
    words: str = ""
    is_post: bool = False


ACTIONS = (
    Action("Today", "/", "sun", words="home tasks start"),
    Action("Needs HR", "/hr", "inbox", lambda me: me.is_hr, "exceptions late missing owners"),
    Action("My team", "/team", "network", lambda me: me.has_reports, "reports"),
    Action("New starter", "/checklists/new", "user-round-plus", checklists.can_start,
           "hire joiner onboarding first day"),
    Action("Write a document", "/documents/new", "file-pen-line", documents.can_write,
           "policy page plan form markdown import"),
    Action("People", "/people", "users", people.can_see_directory, "directory colleagues"),
    Action("Metrics", "/metrics", "chart-column", metrics.can_see,
           "numbers kpi figures trend dashboard retention turnover"),
    Action("Executive page", "/metrics/executive", "chart-column", metrics.can_see_executive,
           "six numbers month print board"),
    Action("What goes before leaving", "/metrics/leading", "chart-line", metrics.can_see_leading,
           "leading indicators attrition learning one-on-ones"),
    Action("Documents", "/documents", "book-open", words="pages rules library"),
    Action("Learning", "/learning", "graduation-cap", words="courses training catalog take"),
    Action("My learning record", "/learning/record", "award", lambda me: not me.came_by_pass,
           "completed courses certificates transcript"),
    Action("Growth", "/growth", "sprout", growth.can_enter, "development plan gaps mentoring"),
    Action("Career", "/careers", "signpost", careers.can_enter,
           "promotion next rung missing ladder track level path"),
    Action("Where I would like to go", "/careers/aspirations/new", "signpost", careers.can_aspire,
           "aspiration goal wish career"),
    Action("Career tracks", "/careers/tracks", "signpost", careers.can_enter,
           "ladder levels rungs promotion criteria"),
    Action("Pay bands", "/careers/bands", "banknote", career_bands.can_keep,
           "salary compensation ranges"),
    Action("Careers of my team", "/careers/team", "signpost", careers.can_see_team,
           "reports promotion ready next rung"),
    Action("Openings", "/careers/openings", "door-open", openings.is_inside,
           "internal jobs vacancies move apply transfer"),
    Action("Moves", "/careers/moves", "milestone", openings.is_inside,
           "promotion transfer rotation agreed decide"),
    Action("Mentors", "/growth/mentors", "handshake", growth.can_enter, "mentoring ask offer"),
    Action("Stretch tasks", "/growth/stretch", "mountain", growth.can_enter, "board project try"),
    Action("Learning paths", "/learning/paths", "route",
           lambda me: not me.came_by_pass and (me.is_staff or me.is_hr),
           "programs one after another"),
    Action("Where my team stands", "/competencies/people/team", "layers",
           lambda me: me.has_reports and not me.came_by_pass, "gaps competencies assess reports"),
    Action("What I said of others", "/competencies/people/given", "layers", competencies.can_read,
           "assessments competencies peers"),
    Action("Competencies of departments", "/competencies/people/departments", "layers",
           lambda me: me.is_hr and not me.came_by_pass, "gaps roles skills numbers"),
    Action("Whom the matrices mean", "/competencies/people/matrices", "table-2",
           competencies.can_write, "competencies roles without a matrix"),
    Action("Competencies", "/competencies", "layers", competencies.can_read,
           "matrix levels skills career expected"),
    Action("Live sessions", "/learning/sessions", "calendar-days",
           lambda me: me.is_staff or me.is_hr, "dates classroom seats workshop"),
    Action("My team’s learning", "/learning/team", "users",
           lambda me: learning.can_see_people(me) and me.has_reports, "courses of reports"),
    Action("Manage courses", "/learning/manage", "library", learning.can_manage,
           "add course write catalog assign record"),
    Action("Course packages", "/learning/packages", "package", scorm.can_manage,
           "scorm upload zip storyline rise"),
    Action("Costs of learning", "/learning/spending", "wallet", learning.can_manage,
           "budget training money"),
    Action("Did it help?", "/learning/helped", "message-circle", learning.can_manage,
           "effect of courses feedback"),
    Action("Feedback", "/feedback", "message-circle", feedback.can_use,
           "what colleagues said to me requests"),
    Action("Give feedback", "/feedback/new", "message-circle", feedback.can_use,
           "tell somebody"),
    Action("Ask for feedback", "/feedback/requests/new", "message-circle-question-mark",
           feedback.can_use, "request peers"),
    Action("Praise", "/praise", "sparkles", feedback.can_see_wall, "wall kudos thanks values"),
    Action("Praise somebody", "/praise/new", "sparkles", feedback.can_use, "kudos thank"),
    Action("My goals", "/goals", "target", goals.is_inside, "okr kpi objectives check in"),
    Action("Set a goal", "/goals/new", "target", goals.can_set_own, "okr kpi objective new"),
    Action("The tree of goals", "/goals/tree", "target", goals.is_inside, "alignment company"),
    Action("Goals of my team", "/goals/team", "target",
           lambda me: goals.is_inside(me) and me.has_reports, "reports okr"),
    Action("Note what I got done", "/goals/log", "target", goals.is_inside,
           "accomplishments log brag"),
    Action("Report an incident", "/incidents/new", "siren", incidents.can_report,
           "accident near miss safety data breach"),
    Action("Incidents", "/incidents", "siren", incidents.can_report,
           "accidents safety data reports"),
    Action("My reviews", "/reviews", "clipboard-check", reviews.can_enter,
           "appraisal performance self review feedback share"),
    Action("Reviews of my team", "/reviews/team", "clipboard-check",
           lambda me: reviews.can_enter(me) and reviews.has_team(me), "write appraisal reports"),
    Action("Improvement plans", "/reviews/improvement", "flag", improvements.can_list,
           "performance plan pip"),
    Action("Review cycles", "/reviews/cycles", "repeat", reviews.can_manage,
           "appraisal control participation late"),
    Action("Launch a review cycle", "/reviews/cycles/new", "play", reviews.can_manage,
           "annual mid-year start appraisal"),
    Action("One-on-ones", "/one-on-ones", "messages-square", one_on_ones.can_have,
           "1:1 talk with manager agenda notes"),
    Action("Policies", "/policies", "scale", words="sign read rules conduct"),
    Action("Required of me", "/compliance/mine", "shield-check",
           lambda me: compliance.can_see_required(me, me),
           "compliance due valid until"),
    Action("Compliance", "/compliance", "shield-check", compliance.can_see_overview,
           "overdue forecast at risk"),
    Action("Compliance calendar", "/compliance/calendar", "calendar-check",
           compliance.can_see_overview, "year audit windows due"),
    Action("Requirements", "/compliance/requirements", "repeat", compliance.can_see,
           "every year refresher audience"),
    Action("Require something", "/compliance/requirements/new", "shield-plus",
           compliance.can_write, "requirement recurring"),
    Action("My certificates", "/certificates", "award", lambda me: not me.came_by_pass,
           "licence first aid expiry"),
    Action("Everybody’s certificates", "/certificates/everybody", "award",
           certificates.can_see_everybody, "licences expiring"),
    Action("Evidence", "/evidence", "package-check", evidence.can_ask_for_packs,
           "pack audit proof"),
    Action("Build an evidence pack", "/evidence/packs/new", "package-plus",
           evidence.can_ask_for_packs, "zip auditor proof"),
    Action("As of a day", "/evidence/as-of", "calendar-search", evidence.can_see_evidence,
           "who owed what then history"),
    Action("Verify a pack", "/evidence/verification", "badge-check",
           lambda me: not me.came_by_pass, "check proof checkpoint"),
    Action("Retention", "/retention", "archive", retention.can_see,
           "delete purge legal hold privacy erase"),
    Action("Checklists", "/checklists", "list-checks", words="onboarding offboarding running"),
    Action("Forms", "/forms", "clipboard-list", words="questionnaires answers sent"),
    Action("Who leads whom", "/people/tree", "network", people.can_see_directory,
           "org tree chart lines of report manager"),
    Action("Teams", "/teams", "users-round", people.can_see_directory, "departments"),
    Action("Vacancies", "/people/vacancies", "armchair", people.can_see_vacancies,
           "open positions planned"),
    Action("Leave", "/people/leave", "calendar-off", people.can_administer,
           "away absence parental sick sabbatical"),
    Action("Data quality", "/people/quality", "list-checks", people.can_administer,
           "missing manager twins mend"),
    Action("Papers that end", "/personnel/expiring", "file-clock", personnel.can_see_expiring,
           "expiring contracts permits licences"),
    Action("Figures about people", "/demographics", "chart-column",
           demographics.can_see_figures, "demographics gender age"),
    Action("Rules", "/checklists/rules", "workflow", checklists.can_write_rules,
           "automation start plans by themselves"),
    Action("Time to productivity", "/checklists/productivity", "sprout",
           checklists.can_see_productivity, "median success"),
    Action("What is out", "/holdings", "laptop", checklists.can_see_what_is_out,
           "access equipment assets laptops accounts"),
    Action("Import people", "/people/import", "upload", people.can_administer,
           "csv spreadsheet paste"),
    Action("Settings", "/settings", "settings", people.can_see_settings,
           "company places holidays functions grants"),
    Action("Audit trail", "/audit", "scroll", trust.can_see_trail, "events history who did"),
    Action("Who read what", "/audit/looks", "eye", trust.can_see_looks, "access log papers"),
    Action("Letters", "/letters", "mail", trust.can_see_letters, "outbox mail e-mail"),
    Action("Me", "/me", "circle-user-round", words="profile phone time zone devices theme dark"),
    Action("Calendar link", "/calendar", "calendar-check", words="ical feed subscription outlook"),
    Action("Questions about yourself", "/me/demographics", "eye-off", demographics.can_answer,
           "voluntary sums gender"),
    Action("Help", "/help", "circle-question-mark", words="how to manual"),
    Action("Keyboard shortcuts", "/help/shortcuts", "keyboard", words="keys"),
    Action("Sign out everywhere else", "/me/devices/revocation", "log-out",
           words="devices lost phone", is_post=True),
    Action("Sign out", "/sign-out", "log-out", words="log out leave", is_post=True),
)  # fmt: skip


def for_viewer(viewer: Person) -> list[Action]:
    """What the viewer may open and do, in the order it is offered."""
    return [action for action in ACTIONS if action.may(viewer)]
