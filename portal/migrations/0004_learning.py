"""Learning."""

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

    class Blob(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "blob"

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

    class Attempt(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        person = ForeignKeyField(Person)
        number = IntegerField()
        format = CharField(max_length=20)
        completion = CharField(max_length=10, default="unknown")
        success = CharField(max_length=10, default="unknown")
        score = FloatField(null=True)
        seconds = IntegerField(default=0)
        started_at = UtcField()
        touched_at = UtcField()
        completed_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        state = TextField(default="{}")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "attempt"
            indexes = (
                (("course", "person", "number"), True),
                (("person", "touched_at"), False),
                (("course", "touched_at"), False),
            )

    db.create_tables([Attempt])

    class Budget(Model):
        id = IdField()
        year = IntegerField()
        team = ForeignKeyField(Team, null=True)
        cents = BigIntegerField()
        currency = CharField(max_length=3)
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "budget"
            indexes = ((("year", "team"), False),)

    db.create_tables([Budget])

    class Completion(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        person = ForeignKeyField(Person)
        attempt = ForeignKeyField(Attempt, null=True)
        how = CharField(max_length=10)
        score = FloatField(null=True)
        seconds = IntegerField(default=0)
        done_at = UtcField()
        done_on = DateField()
        expires_on = DateField(null=True)
        code = CharField(unique=True, null=True, max_length=20)
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)
        personal_hash = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "completion"
            indexes = (
                (("course", "person"), False),
                (("person", "done_on"), False),
                (("course", "done_on"), False),
            )

    db.create_tables([Completion])

    class CompletionDetails(Model):
        id = IdField()
        completion = ForeignKeyField(Completion, unique=True)
        salt = CharField(max_length=32)
        name = CharField(max_length=120)
        note = CharField(max_length=500, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "completion_details"

    db.create_tables([CompletionDetails])

    class CourseFile(Model):
        id = IdField()
        slug = CharField(unique=True, max_length=80)
        title = CharField(max_length=120)
        name = CharField(max_length=140)
        media_type = CharField(max_length=100)
        blob = ForeignKeyField(Blob)
        put_by = ForeignKeyField(Person)
        put_at = UtcField()
        removed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "course_file"

    db.create_tables([CourseFile])

    class DateWish(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        person = ForeignKeyField(Person)
        asked_at = UtcField()
        ended_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "date_wish"

    db.create_tables([DateWish])

    class Enrollment(Model):
        id = IdField()
        path = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        person = ForeignKeyField(Person)
        cause = CharField(max_length=10)
        put_by = ForeignKeyField(Person, null=True)
        begun_at = UtcField()
        begun_on = DateField()
        due_on = DateField(null=True)
        moved_at = UtcField()
        finished_at = UtcField(null=True)
        finished_on = DateField(null=True)
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        ended_why = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrollment"
            indexes = (
                (("path", "person"), False),
                (("person", "begun_at"), False),
                (("path", "moved_at"), False),
            )

    db.create_tables([Enrollment])

    class GivenTry(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        person = ForeignKeyField(Person)
        given_by = ForeignKeyField(Person)
        given_at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "given_try"
            indexes = ((("course", "person"), False),)

    db.create_tables([GivenTry])

    class Helped(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        completion = ForeignKeyField(Completion, unique=True, null=True)
        manager = ForeignKeyField(Person, null=True)
        answer = CharField(max_length=10)
        note = CharField(max_length=300, default="")
        answered_at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "helped"

    db.create_tables([Helped])

    class Incident(Model):
        id = IdField()
        sort = CharField(max_length=10)
        reporter = ForeignKeyField(Person)
        happened_on = DateField(index=True)
        at = CharField(max_length=5, default="")
        place = CharField(max_length=160)
        what = TextField()
        outcome = CharField(max_length=12)
        whom = CharField(max_length=300, default="")
        blob = ForeignKeyField(Blob, null=True)
        file_name = CharField(max_length=140, default="")
        media_type = CharField(max_length=100, default="")
        course = ForeignKeyField(Document, null=True)
        reported_at = UtcField()
        answered_at = UtcField(null=True)
        closed_at = UtcField(index=True, null=True)
        closed_by = ForeignKeyField(Person, null=True)
        learned = CharField(max_length=2000, default="")
        forgotten_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "incident"
            indexes = ((("reporter", "reported_at"), False),)

    db.create_tables([Incident])

    class IncidentNote(Model):
        id = IdField()
        incident = ForeignKeyField(Incident)
        by = ForeignKeyField(Person)
        at = UtcField()
        text = CharField(max_length=2000)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "incident_note"

    db.create_tables([IncidentNote])

    class ItemState(Model):
        id = IdField()
        attempt = ForeignKeyField(Attempt)
        item = CharField(max_length=250)
        data = TextField(default="{}")
        suspend = TextField(default='""')
        completion = CharField(max_length=10, default="unknown")
        success = CharField(max_length=10, default="unknown")
        score = FloatField(null=True)
        seconds = IntegerField(default=0)
        clock_seconds = IntegerField(default=0)
        before_seconds = IntegerField(default=0)
        before_clock = IntegerField(default=0)
        claimed_seconds = BigIntegerField(default=0)
        before_claimed = BigIntegerField(default=0)
        exit = CharField(max_length=12, default="")
        session = CharField(max_length=40, default="")
        launches = IntegerField(default=0)
        saved_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "item_state"
            indexes = ((("attempt", "item"), True),)

    db.create_tables([ItemState])

    class Measure(Model):
        id = IdField()
        incident = ForeignKeyField(Incident)
        title = CharField(max_length=200)
        duty = ForeignKeyField(Assignment, null=True)
        set_at = UtcField()
        set_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "measure"

    db.create_tables([Measure])

    class Package(Model):
        id = IdField()
        slug = CharField(max_length=80)
        version = IntegerField()
        title = CharField(max_length=200)
        file_name = CharField(max_length=140)
        upload = ForeignKeyField(Blob)
        served = ForeignKeyField(Blob, null=True)
        standard = CharField(max_length=4, default="")
        edition = CharField(max_length=40, default="")
        state = CharField(index=True, max_length=10, default="waiting")
        checked_bytes = BigIntegerField(default=0)
        total_bytes = BigIntegerField(default=0)
        problems = TextField(default="[]")
        notes = TextField(default="[]")
        structure = TextField(default="{}")
        created_at = UtcField()
        created_by = ForeignKeyField(Person)
        claimed_at = UtcField(null=True)
        claims = IntegerField(default=0)
        checked_at = UtcField(null=True)
        retired_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "package"
            indexes = ((("slug", "version"), True),)

    db.create_tables([Package])

    class Member(Model):
        id = IdField()
        package = ForeignKeyField(Package)
        path = CharField(max_length=1000)
        folded = CharField(max_length=1000)
        offset = BigIntegerField()
        packed = BigIntegerField()
        size = BigIntegerField()
        crc = BigIntegerField()
        method = IntegerField()
        media_type = CharField(max_length=100)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "member"
            indexes = ((("package", "folded"), True),)

    db.create_tables([Member])

    class PathStep(Model):
        id = IdField()
        enrollment = ForeignKeyField(Enrollment)
        key = CharField(max_length=120)
        unlocked_at = UtcField()
        due_on = DateField(null=True)
        assignment = ForeignKeyField(Assignment, null=True, on_delete="SET NULL")
        settled_at = UtcField(null=True)
        outcome = CharField(max_length=10, default="")
        reason = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "path_step"
            indexes = ((("enrollment", "key"), True),)

    db.create_tables([PathStep])

    class Practice(Model):
        id = IdField()
        attempt = ForeignKeyField(Attempt)
        said = TextField()
        blob = ForeignKeyField(Blob, null=True)
        file_name = CharField(max_length=140, default="")
        media_type = CharField(max_length=100, default="")
        sent_at = UtcField()
        outcome = CharField(max_length=10, default="")
        answered_at = UtcField(null=True)
        answered_by = ForeignKeyField(Person, null=True)
        note = CharField(max_length=500, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "practice"

    db.create_tables([Practice])

    class Run(Model):
        id = IdField()
        token_hash = CharField(unique=True, max_length=64)
        package = ForeignKeyField(Package)
        attempt = ForeignKeyField(Attempt, null=True)
        person = ForeignKeyField(Person)
        purpose = CharField(max_length=10)
        item = CharField(max_length=250, default="")
        sequence = IntegerField(default=0)
        session = IntegerField(default=0)
        opened_at = UtcField()
        seen_at = UtcField()
        ends_at = UtcField(index=True)
        closed_at = UtcField(null=True)
        why = CharField(max_length=10, default="")
        launched_at = UtcField(null=True)
        state = TextField(default="{}")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "run"
            indexes = ((("attempt", "closed_at"), False), (("person", "closed_at"), False))

    db.create_tables([Run])

    class Session(Model):
        id = IdField()
        course = ForeignKeyField(Document)
        starts_at = UtcField(index=True)
        ends_at = UtcField()
        zone = CharField(max_length=60)
        on = DateField()
        last_on = DateField()
        place = CharField(max_length=200, default="")
        link = CharField(max_length=500, default="")
        seats = IntegerField()
        note = CharField(max_length=1000, default="")
        sequence = IntegerField(default=0)
        said_at = UtcField()
        created_at = UtcField()
        created_by = ForeignKeyField(Person, null=True)
        canceled_at = UtcField(null=True)
        reason = CharField(max_length=300, default="")
        asked_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session"
            indexes = ((("course", "starts_at"), False),)

    db.create_tables([Session])

    class Seat(Model):
        id = IdField()
        session = ForeignKeyField(Session)
        person = ForeignKeyField(Person)
        state = CharField(max_length=10)
        turn = IntegerField()
        booked_by = ForeignKeyField(Person, null=True)
        changed_at = UtcField()
        reminded_at = UtcField(null=True)
        completion = ForeignKeyField(Completion, null=True)
        ticked_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "seat"
            indexes = ((("session", "person"), True), (("person", "state"), False))

    db.create_tables([Seat])

    class Spending(Model):
        id = IdField()
        course = ForeignKeyField(Document, null=True)
        session = BigIntegerField(null=True)
        team = ForeignKeyField(Team, null=True)
        cents = BigIntegerField()
        currency = CharField(max_length=3)
        spent_on = DateField(index=True)
        invoice = CharField(max_length=60, default="")
        note = CharField(max_length=300, default="")
        replaces = ForeignKeyField("self", null=True)
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "spending"
            indexes = ((("course", "spent_on"), False),)

    db.create_tables([Spending])

    class Trainer(Model):
        id = IdField()
        session = ForeignKeyField(Session)
        person = ForeignKeyField(Person, null=True)
        name = CharField(max_length=120, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trainer"

    db.create_tables([Trainer])

    migrator.migrate(
        migrator.add_column("company", "currency", CharField(max_length=3, default="EUR"))
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("company", "currency"))
    migrator.migrate(migrator.drop_table("trainer"))
    migrator.migrate(migrator.drop_table("spending"))
    migrator.migrate(migrator.drop_table("seat"))
    migrator.migrate(migrator.drop_table("session"))
    migrator.migrate(migrator.drop_table("run"))
    migrator.migrate(migrator.drop_table("practice"))
    migrator.migrate(migrator.drop_table("path_step"))
    migrator.migrate(migrator.drop_table("member"))
    migrator.migrate(migrator.drop_table("package"))
    migrator.migrate(migrator.drop_table("measure"))
    migrator.migrate(migrator.drop_table("item_state"))
    migrator.migrate(migrator.drop_table("incident_note"))
    migrator.migrate(migrator.drop_table("incident"))
    migrator.migrate(migrator.drop_table("helped"))
    migrator.migrate(migrator.drop_table("given_try"))
    migrator.migrate(migrator.drop_table("enrollment"))
    migrator.migrate(migrator.drop_table("date_wish"))
    migrator.migrate(migrator.drop_table("course_file"))
    migrator.migrate(migrator.drop_table("completion_details"))
    migrator.migrate(migrator.drop_table("completion"))
    migrator.migrate(migrator.drop_table("budget"))
    migrator.migrate(migrator.drop_table("attempt"))
