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
            table_name = 'document'

    class Person(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'person'

    class Revision(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'revision'

    class Submission(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'submission'

    class Cycle(Model):
        id = IdField()
        document = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        title = CharField(max_length=200)
        day = DateField()
        rule = CharField(max_length=500, default='')
        person = ForeignKeyField(Person, null=True)
        fact = CharField(max_length=60, default='')
        begun_at = UtcField()
        begun_by = ForeignKeyField(Person, null=True)
        ended_at = UtcField(index=True, null=True)
        end_reason = CharField(max_length=300, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'cycle'
    db.create_tables([Cycle])

    class Review(Model):
        id = IdField()
        cycle = ForeignKeyField(Cycle)
        person = ForeignKeyField(Person)
        lead = ForeignKeyField(Person, null=True)
        level = CharField(max_length=20, default='')
        role = CharField(max_length=120, default='')
        shared_at = UtcField(null=True)
        talk_on = DateField(null=True)
        released_at = UtcField(null=True)
        read_at = UtcField(null=True)
        skipped_at = UtcField(null=True)
        skipped_by = ForeignKeyField(Person, null=True)
        reason = CharField(max_length=300, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'review'
            indexes = ((('cycle', 'person'), True),)
    db.create_tables([Review])

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
            table_name = 'phase'
            indexes = ((('cycle', 'name'), True),)
    db.create_tables([Phase])

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
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'nominee'
            indexes = ((('review', 'phase', 'person'), True),)
    db.create_tables([Nominee])

    class Response(Model):
        key = CharField(primary_key=True, max_length=32)
        review = ForeignKeyField(Review)
        phase = ForeignKeyField(Phase)
        answers = TextField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'response'
    db.create_tables([Response])

    class ReviewPart(Model):
        id = IdField()
        review = ForeignKeyField(Review)
        phase = ForeignKeyField(Phase)
        author = ForeignKeyField(Person)
        submission = ForeignKeyField(Submission)
        replaced_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'review_part'
    db.create_tables([ReviewPart])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('review_part'))
    migrator.migrate(migrator.drop_table('response'))
    migrator.migrate(migrator.drop_table('nominee'))
    migrator.migrate(migrator.drop_table('phase'))
    migrator.migrate(migrator.drop_table('review'))
    migrator.migrate(migrator.drop_table('cycle'))
