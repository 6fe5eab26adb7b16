"""Reviews."""

from peewee import *
from portal.db import IdField
from portal.db import UtcField


def up(migrator, db):
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

    class Submission(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "submission"

    class Cycle(Model):
        id = IdField()
        document = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        title = CharField(max_length=200)
        day = DateField()
        rule = CharField(max_length=500, default="")
        person = ForeignKeyField(Person, null=True)
        fact = CharField(max_length=60, default="")
        begun_at = UtcField()
        begun_by = ForeignKeyField(Person, null=True)
        ended_at = UtcField(index=True, null=True)
        end_reason = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "cycle"

    db.create_tables([Cycle])

    class CalibrationSession(Model):
        id = IdField()
        cycle = ForeignKeyField(Cycle)
        title = CharField(max_length=120)
        grouping = CharField(max_length=12)
        held_on = DateField()
        begun_at = UtcField()
        begun_by = ForeignKeyField(Person, null=True)
        locked_at = UtcField(null=True)
        locked_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "calibration_session"

    db.create_tables([CalibrationSession])

    class Review(Model):
        id = IdField()
        cycle = ForeignKeyField(Cycle)
        person = ForeignKeyField(Person)
        lead = ForeignKeyField(Person, null=True)
        level = CharField(max_length=20, default="")
        role = CharField(max_length=120, default="")
        shared_at = UtcField(null=True)
        talk_on = DateField(null=True)
        released_at = UtcField(null=True)
        read_at = UtcField(null=True)
        skipped_at = UtcField(null=True)
        skipped_by = ForeignKeyField(Person, null=True)
        reason = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "review"
            indexes = ((("cycle", "person"), True),)

    db.create_tables([Review])

    class Placement(Model):
        id = IdField()
        session = ForeignKeyField(CalibrationSession)
        review = ForeignKeyField(Review, unique=True)
        submission = ForeignKeyField(Submission)
        team = CharField(max_length=200, default="")
        given = IntegerField()
        rating = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "placement"

    db.create_tables([Placement])

    class RatingChange(Model):
        id = IdField()
        placement = ForeignKeyField(Placement)
        before = IntegerField()
        after = IntegerField()
        by = ForeignKeyField(Person)
        at = UtcField()
        personal_hash = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "rating_change"

    db.create_tables([RatingChange])

    class ChangeReason(Model):
        id = IdField()
        change = ForeignKeyField(RatingChange, unique=True)
        salt = CharField(max_length=32)
        reason = CharField(max_length=500)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "change_reason"

    db.create_tables([ChangeReason])

    class Effect(Model):
        id = IdField()
        sort = CharField(max_length=10)
        course = ForeignKeyField(Document, null=True)
        side = CharField(max_length=12)
        answer = CharField(max_length=10)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "effect"

    db.create_tables([Effect])

    class Phase(Model):
        id = IdField()
        cycle = ForeignKeyField(Cycle)
        name = CharField(max_length=12)
        place = IntegerField()
        form = ForeignKeyField(Revision, null=True)
        opens_on = DateField(index=True)
        closes_on = DateField(null=True)
        opened_at = UtcField(null=True)
        closed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "phase"
            indexes = ((("cycle", "name"), True),)

    db.create_tables([Phase])

    class FrozenRows(Model):
        id = IdField()
        phase = ForeignKeyField(Phase)
        level = CharField(max_length=20, default="")
        rows = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "frozen_rows"
            indexes = ((("phase", "level"), True),)

    db.create_tables([FrozenRows])

    class Improvement(Model):
        id = IdField()
        review = ForeignKeyField(Review, unique=True)
        started_by = ForeignKeyField(Person)
        weeks = IntegerField()
        ends_on = DateField()
        closed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "improvement"

    db.create_tables([Improvement])

    class ImprovementCheck(Model):
        id = IdField()
        plan = ForeignKeyField(Improvement)
        due_on = DateField()
        asked_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "improvement_check"
            indexes = ((("plan", "due_on"), True),)

    db.create_tables([ImprovementCheck])

    class ImprovementOutcome(Model):
        id = IdField()
        plan = ForeignKeyField(Improvement)
        sort = CharField(max_length=10)
        until = DateField(null=True)
        words = TextField()
        by = ForeignKeyField(Person)
        at = UtcField()
        read_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "improvement_outcome"

    db.create_tables([ImprovementOutcome])

    class ImprovementWord(Model):
        id = IdField()
        plan = ForeignKeyField(Improvement)
        check_in = ForeignKeyField(ImprovementCheck, null=True)
        author = ForeignKeyField(Person)
        side = CharField(max_length=10)
        state = CharField(max_length=10, default="")
        words = TextField()
        at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "improvement_word"

    db.create_tables([ImprovementWord])

    class Nominee(Model):
        id = IdField()
        review = ForeignKeyField(Review)
        phase = ForeignKeyField(Phase)
        person = ForeignKeyField(Person)
        nominated_by = ForeignKeyField(Person, null=True)
        nominated_at = UtcField()
        approved_at = UtcField(null=True)
        approved_by = ForeignKeyField(Person, null=True)
        removed_at = UtcField(null=True)
        has_answered = BooleanField(default=False)
        is_over = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "nominee"
            indexes = ((("review", "phase", "person"), True),)

    db.create_tables([Nominee])

    class Receipt(Model):
        id = IdField()
        review = ForeignKeyField(Review, unique=True)
        person = ForeignKeyField(Person)
        shown_hash = CharField(max_length=64)
        statement = CharField(max_length=200)
        identified_by = CharField(max_length=20)
        shown_at = UtcField()
        signed_at = UtcField()
        personal_hash = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "receipt"

    db.create_tables([Receipt])

    class ReceiptReader(Model):
        id = IdField()
        receipt = ForeignKeyField(Receipt, unique=True)
        salt = CharField(max_length=32)
        name = CharField(max_length=120)
        address = CharField(max_length=64, default="")
        agent = CharField(max_length=200, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "receipt_reader"

    db.create_tables([ReceiptReader])

    class ReviewPart(Model):
        id = IdField()
        review = ForeignKeyField(Review)
        phase = ForeignKeyField(Phase)
        author = ForeignKeyField(Person)
        submission = ForeignKeyField(Submission)
        due_on = DateField(null=True)
        replaced_at = UtcField(null=True)
        is_to_count = BooleanField(index=True, default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "review_part"

    db.create_tables([ReviewPart])

    class Remark(Model):
        id = IdField()
        review = ForeignKeyField(Review)
        part = ForeignKeyField(ReviewPart, null=True)
        author = ForeignKeyField(Person)
        lead = ForeignKeyField(Person, null=True)
        sort = CharField(max_length=10)
        words = TextField()
        at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "remark"

    db.create_tables([Remark])

    class Response(Model):
        key = CharField(primary_key=True, max_length=32)
        review = ForeignKeyField(Review)
        phase = ForeignKeyField(Phase)
        question = CharField(max_length=80)
        answer = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "response"
            without_rowid = isinstance(db, SqliteDatabase)

    db.create_tables([Response])

    migrator.migrate(migrator.add_column("submission", "chosen", TextField(default="{}")))
    migrator.migrate(migrator.add_column("submission", "sealed_at", UtcField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("submission", "sealed_at"))
    migrator.migrate(migrator.drop_column("submission", "chosen"))
    migrator.migrate(migrator.drop_table("response"))
    migrator.migrate(migrator.drop_table("remark"))
    migrator.migrate(migrator.drop_table("review_part"))
    migrator.migrate(migrator.drop_table("receipt_reader"))
    migrator.migrate(migrator.drop_table("receipt"))
    migrator.migrate(migrator.drop_table("nominee"))
    migrator.migrate(migrator.drop_table("improvement_word"))
    migrator.migrate(migrator.drop_table("improvement_outcome"))
    migrator.migrate(migrator.drop_table("improvement_check"))
    migrator.migrate(migrator.drop_table("improvement"))
    migrator.migrate(migrator.drop_table("frozen_rows"))
    migrator.migrate(migrator.drop_table("phase"))
    migrator.migrate(migrator.drop_table("effect"))
    migrator.migrate(migrator.drop_table("change_reason"))
    migrator.migrate(migrator.drop_table("rating_change"))
    migrator.migrate(migrator.drop_table("placement"))
    migrator.migrate(migrator.drop_table("review"))
    migrator.migrate(migrator.drop_table("calibration_session"))
    migrator.migrate(migrator.drop_table("cycle"))
