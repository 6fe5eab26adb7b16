"""Growth."""

from peewee import *
from portal.db import IdField
from portal.db import UtcField


def up(migrator, db):
    class Assignment(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "assignment"

    class Document(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "document"

    class Person(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "person"

    class Revision(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "revision"

    class Team(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "team"

    class Goal(Model):
        id = IdField()
        person = ForeignKeyField(Person, null=True)
        team = ForeignKeyField(Team, null=True)
        parent = ForeignKeyField("self", null=True)
        sort = CharField(max_length=3)
        title = CharField(max_length=200)
        folded = CharField(max_length=400, default="")
        words = TextField(default="")
        visibility = CharField(max_length=10, default="line")
        period = CharField(index=True, max_length=20, default="")
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)
        set_by = ForeignKeyField(Person)
        set_at = UtcField()
        version = IntegerField(default=0)
        changed_by = ForeignKeyField(Person, null=True)
        changed_at = UtcField(null=True)
        open_since = UtcField()
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default="")
        said = CharField(max_length=500, default="")
        forgotten_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "goal"

    db.create_tables([Goal])

    class Accomplishment(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        on = DateField()
        text = CharField(max_length=500)
        goal = ForeignKeyField(Goal, null=True)
        noted_at = UtcField()
        removed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "accomplishment"
            indexes = ((("person", "on"), False),)

    db.create_tables([Accomplishment])

    class OneOnOne(Model):
        id = IdField()
        report = ForeignKeyField(Person)
        lead = ForeignKeyField(Person)
        weeks = IntegerField()
        anchor_on = DateField(null=True)
        begun_at = UtcField()
        ended_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "one_on_one"
            indexes = ((("lead", "ended_at"), False),)

    db.create_tables([OneOnOne])

    class Talk(Model):
        id = IdField()
        one_on_one = ForeignKeyField(OneOnOne)
        number = IntegerField()
        planned_on = DateField(null=True)
        was_on = DateField(null=True)
        was_moved = BooleanField(default=False)
        moves = IntegerField(default=0)
        despite_leave = BooleanField(default=False)
        held_on = DateField(null=True)
        held_at = UtcField(null=True)
        notes = TextField(default="")
        version = IntegerField(default=0)
        noted_by = ForeignKeyField(Person, null=True)
        noted_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "talk"
            indexes = ((("one_on_one", "number"), True), (("held_on",), False))

    db.create_tables([Talk])

    class TalkPoint(Model):
        id = IdField()
        one_on_one = ForeignKeyField(OneOnOne)
        talk = ForeignKeyField(Talk)
        words = CharField(max_length=300)
        by = ForeignKeyField(Person)
        at = UtcField()
        rank = IntegerField(default=0)
        from_number = IntegerField(default=0)
        done_in = ForeignKeyField(Talk, null=True)
        done_by = ForeignKeyField(Person, null=True)
        removed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "talk_point"
            indexes = ((("one_on_one", "removed_at"), False),)

    db.create_tables([TalkPoint])

    class Action(Model):
        id = IdField()
        one_on_one = ForeignKeyField(OneOnOne)
        talk = ForeignKeyField(Talk)
        point = ForeignKeyField(TalkPoint, null=True)
        title = CharField(max_length=300)
        duty = ForeignKeyField(Assignment, null=True)
        set_by = ForeignKeyField(Person)
        set_at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "action"

    db.create_tables([Action])

    class Assessment(Model):
        id = IdField()
        about = ForeignKeyField(Person)
        by = ForeignKeyField(Person)
        relation = CharField(max_length=8)
        document = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        level = CharField(max_length=40)
        value = IntegerField()
        given_on = DateField()
        given_at = UtcField()
        personal_hash = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "assessment"
            indexes = ((("about", "document"), False), (("by", "given_on"), False))

    db.create_tables([Assessment])

    class AssessmentNote(Model):
        id = IdField()
        assessment = ForeignKeyField(Assessment, unique=True)
        salt = CharField(max_length=32)
        note = CharField(max_length=500, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "assessment_note"

    db.create_tables([AssessmentNote])

    class AssessmentRequest(Model):
        id = IdField()
        about = ForeignKeyField(Person)
        peer = ForeignKeyField(Person)
        asked_by = ForeignKeyField(Person)
        asked_at = UtcField()
        duty = ForeignKeyField(Assignment, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "assessment_request"
            indexes = ((("about", "asked_at"), False), (("peer",), False))

    db.create_tables([AssessmentRequest])

    class CheckIn(Model):
        id = IdField()
        goal = ForeignKeyField(Goal)
        by = ForeignKeyField(Person)
        at = UtcField()
        state = CharField(max_length=10)
        sentence = CharField(max_length=500, default="")
        numbers = TextField(default="{}")
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "check_in"
            indexes = ((("goal", "superseded_at", "id"), False),)

    db.create_tables([CheckIn])

    class DevelopmentPlan(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        competency = ForeignKeyField(Document)
        level = CharField(max_length=40, default="")
        proposed_by = ForeignKeyField(Person, null=True)
        note = CharField(max_length=600, default="")
        made_at = UtcField()
        accepted_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "development_plan"
            indexes = ((("person", "ended_at"), False),)

    db.create_tables([DevelopmentPlan])

    class FeedbackRequest(Model):
        id = IdField()
        asker = ForeignKeyField(Person)
        about = ForeignKeyField(Person)
        question = CharField(max_length=300)
        asked_at = UtcField()
        closed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "feedback_request"

    db.create_tables([FeedbackRequest])

    class FeedbackAsk(Model):
        id = IdField()
        request = ForeignKeyField(FeedbackRequest)
        person = ForeignKeyField(Person)
        duty = ForeignKeyField(Assignment, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "feedback_ask"
            indexes = ((("request", "person"), True),)

    db.create_tables([FeedbackAsk])

    class KeyResult(Model):
        id = IdField()
        order = IntegerField(default=0)
        title = CharField(max_length=200)
        unit = CharField(max_length=20, default="")
        start = DoubleField()
        target = DoubleField()
        current = DoubleField()
        direction = CharField(max_length=4, default="up")
        removed_at = UtcField(null=True)
        goal = ForeignKeyField(Goal)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "key_result"

    db.create_tables([KeyResult])

    class Mentor(Model):
        id = IdField()
        person = ForeignKeyField(Person, unique=True)
        capacity = IntegerField()
        line = CharField(max_length=300, default="")
        offered_at = UtcField()
        paused_at = UtcField(null=True)
        ended_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mentor"

    db.create_tables([Mentor])

    class Mentorship(Model):
        id = IdField()
        mentor = ForeignKeyField(Person)
        person = ForeignKeyField(Person)
        competency = ForeignKeyField(Document, null=True)
        wish = CharField(max_length=600, default="")
        word = CharField(max_length=600, default="")
        asked_at = UtcField()
        begun_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mentorship"
            indexes = ((("mentor", "ended_at"), False), (("person", "ended_at"), False))

    db.create_tables([Mentorship])

    class MentorSkill(Model):
        id = IdField()
        mentor = ForeignKeyField(Mentor)
        competency = ForeignKeyField(Document)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mentor_skill"
            indexes = ((("mentor", "competency"), True),)

    db.create_tables([MentorSkill])

    class Note(Model):
        id = IdField()
        giver = ForeignKeyField(Person)
        about = ForeignKeyField(Person)
        question = CharField(max_length=300, default="")
        saw = TextField(default="")
        more = TextField(default="")
        readers = CharField(max_length=6)
        duty = ForeignKeyField(Assignment, null=True)
        given_at = UtcField()
        acknowledged_at = UtcField(null=True)
        withdrawn_at = UtcField(null=True)
        forgotten_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "note"
            indexes = ((("about", "given_at"), False), (("giver", "given_at"), False))

    db.create_tables([Note])

    class NoteReader(Model):
        id = IdField()
        note = ForeignKeyField(Note, on_delete="CASCADE")
        person = ForeignKeyField(Person)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "note_reader"
            indexes = ((("note", "person"), True),)

    db.create_tables([NoteReader])

    class Stretch(Model):
        id = IdField()
        title = CharField(max_length=120)
        text = CharField(max_length=2000, default="")
        competency = ForeignKeyField(Document, null=True)
        takes = CharField(max_length=80)
        seats = IntegerField()
        until = DateField(index=True)
        audience = CharField(max_length=500, default="everyone")
        posted_by = ForeignKeyField(Person)
        posted_at = UtcField()
        closed_at = UtcField(null=True)
        closed_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stretch"

    db.create_tables([Stretch])

    class StretchSeat(Model):
        id = IdField()
        stretch = ForeignKeyField(Stretch)
        person = ForeignKeyField(Person)
        wish = CharField(max_length=600, default="")
        word = CharField(max_length=600, default="")
        said = CharField(max_length=600, default="")
        asked_at = UtcField()
        accepted_at = UtcField(null=True)
        said_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stretch_seat"
            indexes = ((("stretch", "person"), False), (("person", "ended_at"), False))

    db.create_tables([StretchSeat])

    class PlanStep(Model):
        id = IdField()
        place = IntegerField()
        sort = CharField(max_length=10)
        document = ForeignKeyField(Document, null=True)
        mentor = ForeignKeyField(Mentor, null=True)
        stretch = ForeignKeyField(Stretch, null=True)
        words = CharField(max_length=300, default="")
        duty = ForeignKeyField(Assignment, null=True)
        mentorship = ForeignKeyField(Mentorship, null=True)
        seat = ForeignKeyField(StretchSeat, null=True)
        known_at = UtcField(null=True)
        missed_at = UtcField(null=True)
        left_out_at = UtcField(null=True)
        plan = ForeignKeyField(DevelopmentPlan)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "plan_step"

    db.create_tables([PlanStep])

    class Praise(Model):
        id = IdField()
        giver = ForeignKeyField(Person)
        text = CharField(max_length=500)
        value = CharField(max_length=60, default="")
        value_words = CharField(max_length=400, default="")
        is_public = BooleanField()
        given_at = UtcField(index=True)
        withdrawn_at = UtcField(null=True)
        removed_at = UtcField(null=True)
        removed_by = ForeignKeyField(Person, null=True)
        reason = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "praise"
            indexes = ((("giver", "given_at"), False), (("value", "given_at"), False))

    db.create_tables([Praise])

    class PraiseOptOut(Model):
        id = IdField()
        person = ForeignKeyField(Person, unique=True)
        at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "praise_opt_out"

    db.create_tables([PraiseOptOut])

    class PraiseTo(Model):
        id = IdField()
        praise = ForeignKeyField(Praise)
        person = ForeignKeyField(Person)
        off_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "praise_to"
            indexes = ((("praise", "person"), True),)

    db.create_tables([PraiseTo])

    class PrivateNote(Model):
        id = IdField()
        talk = ForeignKeyField(Talk)
        author = ForeignKeyField(Person)
        words = TextField(default="")
        version = IntegerField(default=0)
        saved_at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "private_note"
            indexes = ((("talk", "author"), True),)

    db.create_tables([PrivateNote])

    class TalkFigure(Model):
        id = IdField()
        month = DateField()
        team = ForeignKeyField(Team, null=True)
        pairs = IntegerField()
        met = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "talk_figure"
            indexes = ((("month", "team"), False),)

    db.create_tables([TalkFigure])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("talk_figure"))
    migrator.migrate(migrator.drop_table("private_note"))
    migrator.migrate(migrator.drop_table("praise_to"))
    migrator.migrate(migrator.drop_table("praise_opt_out"))
    migrator.migrate(migrator.drop_table("praise"))
    migrator.migrate(migrator.drop_table("plan_step"))
    migrator.migrate(migrator.drop_table("stretch_seat"))
    migrator.migrate(migrator.drop_table("stretch"))
    migrator.migrate(migrator.drop_table("note_reader"))
    migrator.migrate(migrator.drop_table("note"))
    migrator.migrate(migrator.drop_table("mentor_skill"))
    migrator.migrate(migrator.drop_table("mentorship"))
    migrator.migrate(migrator.drop_table("mentor"))
    migrator.migrate(migrator.drop_table("key_result"))
    migrator.migrate(migrator.drop_table("feedback_ask"))
    migrator.migrate(migrator.drop_table("feedback_request"))
    migrator.migrate(migrator.drop_table("development_plan"))
    migrator.migrate(migrator.drop_table("check_in"))
    migrator.migrate(migrator.drop_table("assessment_request"))
    migrator.migrate(migrator.drop_table("assessment_note"))
    migrator.migrate(migrator.drop_table("assessment"))
    migrator.migrate(migrator.drop_table("action"))
    migrator.migrate(migrator.drop_table("talk_point"))
    migrator.migrate(migrator.drop_table("talk"))
    migrator.migrate(migrator.drop_table("one_on_one"))
    migrator.migrate(migrator.drop_table("accomplishment"))
    migrator.migrate(migrator.drop_table("goal"))
