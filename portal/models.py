"""All tables and guards, in one list: what `migrate` makes and the drift test compares."""

from pathlib import Path

import peewee
from playhouse.migrations import Runner

from portal import db, queue
from portal.assignments import models as assignments
from portal.assignments import nudges
from portal.audit import alarms, checkpoints, cursors, looks
from portal.audit import models as audit
from portal.blobs import models as blobs
from portal.careers import aspirations, bands, interests, openings
from portal.careers import models as careers
from portal.careers import plans as career_plans
from portal.certificates import checks as certificate_checks
from portal.certificates import details as certificate_details
from portal.certificates import models as certificates
from portal.certificates import types as certificate_types
from portal.checklists import attestations, finishes, firings, holdings, rules, steps
from portal.checklists import models as checklists
from portal.competencies import asking as assessment_requests
from portal.competencies import models as competencies
from portal.compliance import models as compliance
from portal.compliance import windows
from portal.demographics import models as demographics
from portal.documents import approvals, drafts, findable, keeping, revisions
from portal.documents import models as documents
from portal.evidence import models as evidence
from portal.evidence import pack_checks
from portal.feedback import asking as feedback_requests
from portal.feedback import models as feedback
from portal.feedback import opting_out, praise
from portal.goals import checkins as goal_checkins
from portal.goals import log as goal_log
from portal.goals import models as goals
from portal.growth import mentoring, mentorships, seats, stretches
from portal.growth import models as growth
from portal.growth import steps as growth_steps
from portal.home import models as home
from portal.incidents import models as incidents
from portal.learning import course_files, helped, practice, tries
from portal.learning import models as learning
from portal.learning import spending as learning_spending
from portal.mail import models as mail
from portal.metrics import models as metrics
from portal.oneonones import actions as one_on_one_actions
from portal.oneonones import frequency as talk_frequency
from portal.oneonones import models as oneonones
from portal.oneonones import notes as talk_notes
from portal.oneonones import points as talk_points
from portal.paths import models as paths
from portal.people import (
    applying,
    dotted,
    functions,
    grants,
    import_columns,
    importing,
    leave,
    leaving,
    org,
    passes,
    signing,
    vacancies,
)
from portal.people import models as people
from portal.personnel import consents
from portal.personnel import models as personnel
from portal.policies import differences as policy_differences
from portal.policies import models as policies
from portal.questionnaires import models as questionnaires
from portal.retention import erasing, purging
from portal.retention import models as retention
from portal.reviews import answers as review_answers
from portal.reviews import calibration
from portal.reviews import effects as review_effects
from portal.reviews import frozen as review_frozen
from portal.reviews import improvement as review_improvement
from portal.reviews import improvement_said as review_improvement_said
from portal.reviews import models as reviews
from portal.reviews import parts as review_parts
from portal.reviews import receipts as review_receipts
from portal.reviews import remarks as review_remarks
from portal.scorm import models as scorm
from portal.sessions import models as sessions
from portal.uploads import models as uploads

MIGRATIONS = Path(__file__).parent / "migrations"

MODELS: list[type[peewee.Model]] = [
    queue.Beat,
    audit.Event,
    audit.Personal,
    looks.Look,
    cursors.Cursor,
    checkpoints.Checkpoint,
    alarms.ChainAlarm,
    mail.Letter,
    blobs.Blob,
    blobs.BlobChunk,
    org.Company,
    org.Location,
    org.Holiday,
    org.Team,
    people.Person,
    people.Position,
    leaving.Stint,
    leave.Leave,
    dotted.DottedLine,
    vacancies.Vacancy,
    grants.Grant,
    functions.Function,
    functions.Holder,
    passes.Pass,
    signing.Device,
    signing.Code,
    signing.Link,
    importing.Import,
    applying.Applied,
    import_columns.ImportMapping,
    assignments.Assignment,
    assignments.CauseRow,
    assignments.Reminder,
    uploads.Upload,
    uploads.UploadPart,
    retention.RetentionRule,
    retention.LegalHold,
    purging.Purge,
    erasing.Erasure,
    personnel.Paper,
    consents.AlumniConsent,
    demographics.Demographics,
    demographics.DemographicRelease,
    nudges.Nudge,
    compliance.Requirement,
    compliance.Terms,
    compliance.Coverage,
    compliance.Exemption,
    windows.AuditWindow,
    documents.Document,
    revisions.Revision,
    drafts.Draft,
    drafts.Aside,
    approvals.Approval,
    keeping.Confirmation,
    findable.Findable,
    policies.Acknowledgment,
    policies.Signature,
    policies.PolicyAttempt,
    policy_differences.ShownDifference,
    holdings.Holding,
    questionnaires.Submission,
    checklists.Checklist,
    steps.Step,
    finishes.Finish,
    certificate_types.CertificateType,
    certificates.Certificate,
    certificate_details.CertificateDetails,
    certificate_checks.CertificateCheck,
    attestations.Attestation,
    rules.Rule,
    firings.Firing,
    home.HelpCopy,
    learning.Attempt,
    learning.Completion,
    learning.CompletionDetails,
    practice.Practice,
    learning_spending.Spending,
    learning_spending.Budget,
    helped.Helped,
    tries.GivenTry,
    course_files.CourseFile,
    competencies.Assessment,
    competencies.AssessmentNote,
    assessment_requests.AssessmentRequest,
    incidents.Incident,
    incidents.IncidentNote,
    incidents.Measure,
    oneonones.OneOnOne,
    oneonones.Talk,
    talk_points.TalkPoint,
    one_on_one_actions.Action,
    talk_notes.PrivateNote,
    talk_frequency.TalkFigure,
    feedback.Note,
    feedback.NoteReader,
    feedback_requests.FeedbackRequest,
    feedback_requests.FeedbackAsk,
    praise.Praise,
    praise.PraiseTo,
    opting_out.PraiseOptOut,
    goals.Goal,
    goals.KeyResult,
    goal_checkins.CheckIn,
    goal_log.Accomplishment,
    sessions.Session,
    sessions.Trainer,
    sessions.Seat,
    sessions.DateWish,
    scorm.Package,
    scorm.Member,
    scorm.ItemState,
    scorm.Run,
    paths.Enrollment,
    paths.PathStep,
    mentoring.Mentor,
    mentoring.MentorSkill,
    mentorships.Mentorship,
    stretches.Stretch,
    seats.StretchSeat,
    growth.DevelopmentPlan,
    growth_steps.PlanStep,
    reviews.Cycle,
    reviews.Phase,
    reviews.Review,
    review_parts.ReviewPart,
    calibration.CalibrationSession,
    calibration.Placement,
    calibration.RatingChange,
    calibration.ChangeReason,
    review_receipts.Receipt,
    review_receipts.ReceiptReader,
    review_remarks.Remark,
    review_improvement.Improvement,
    review_improvement.ImprovementCheck,
    review_improvement_said.ImprovementWord,
    review_improvement_said.ImprovementOutcome,
    review_answers.Nominee,
    review_answers.Response,
    review_frozen.FrozenRows,
    review_effects.Effect,
    bands.PayBand,
    aspirations.Aspiration,
    career_plans.CareerPlan,
    career_plans.CareerStep,
    openings.Opening,
    interests.Interest,
    careers.Move,
    careers.MoveCheck,
    metrics.Snapshot,
    metrics.MeasureTerms,
    metrics.Red,
    metrics.RedNote,
    evidence.Pack,
    evidence.Part,
    evidence.Gift,
    evidence.Auditor,
    pack_checks.PackCheck,
]

GUARDS: list[db.Guard] = [
    *audit.GUARDS,
    *checkpoints.GUARDS,
    *documents.GUARDS,
    *assignments.GUARDS,
    *certificates.GUARDS,
    *compliance.GUARDS,
    *retention.GUARDS,
    *purging.GUARDS,
    *erasing.GUARDS,
    *finishes.GUARDS,
    *policies.GUARDS,
    *policy_differences.GUARDS,
    *learning.GUARDS,
    *practice.GUARDS,
    *learning_spending.GUARDS,
    *sessions.GUARDS,
    *oneonones.GUARDS,
    *competencies.GUARDS,
    *goal_checkins.GUARDS,
    *paths.GUARDS,
    *mentorships.GUARDS,
    *seats.GUARDS,
    *growth.GUARDS,
    *reviews.GUARDS,
    *calibration.GUARDS,
    *review_receipts.GUARDS,
    *review_remarks.GUARDS,
    *review_improvement_said.GUARDS,
    *feedback.GUARDS,
    *careers.GUARDS,
    *metrics.GUARDS,
    *evidence.GUARDS,
]


def migrate() -> list[str]:
    """Bring the open database up to date; returns the names of the migrations applied.

    A new one gets the functions that the starter plans name.

    Safe to run twice and from two processes: each migration and the guards after it are one
    transaction under the write lock.
    """
    if db.is_sqlite():
        # Here and nowhere else: several processes setting it on an empty file lock each other out.
        db.database.execute_sql("PRAGMA journal_mode = WAL")
    with db.write():
        applied = runner().up()
        for guard in GUARDS:
            guard.create()
        functions.Function.begin()
    return list(applied)


def pending() -> list[str]:
    """Names of migrations that are not applied yet; reads, never writes."""
    return [step.name for step in runner().status() if step.applied is None]


def runner() -> Runner:
    return Runner(db.database.obj, str(MIGRATIONS))
