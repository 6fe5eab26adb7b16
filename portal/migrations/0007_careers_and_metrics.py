"""Careers and metrics."""

from peewee import *
from portal.db import IdField
from portal.db import UtcField

def up(migrator, db):
    class Assignment(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'assignment'

    class DevelopmentPlan(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'development_plan'

    class Document(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'document'

    class Location(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'location'

    class Person(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'person'

    class Position(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'position'

    class Revision(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'revision'

    class Team(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'team'

    class Vacancy(Model):
        id = IdField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'vacancy'

    class Aspiration(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        document = ForeignKeyField(Document)
        rung = CharField(max_length=80)
        note = CharField(max_length=1000, default='')
        shared = CharField(max_length=12, default='nobody')
        set_at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'aspiration'
            indexes = ((('person', 'document', 'rung'), True),)
    db.create_tables([Aspiration])

    class CareerPlan(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        document = ForeignKeyField(Document)
        rung = CharField(max_length=80)
        made_by = ForeignKeyField(Person, null=True)
        made_at = UtcField()
        ended_at = UtcField(null=True)
        ended_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=12, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'career_plan'
            indexes = ((('person', 'ended_at'), False),)
    db.create_tables([CareerPlan])

    class CareerStep(Model):
        id = IdField()
        place = IntegerField()
        criterion = CharField(max_length=80, default='')
        sort = CharField(max_length=12)
        slug = CharField(max_length=80, default='')
        words = CharField(max_length=500, default='')
        due_on = DateField(null=True)
        assignment = ForeignKeyField(Assignment, null=True)
        growth_plan = ForeignKeyField(DevelopmentPlan, null=True, on_delete='SET NULL')
        settled_at = UtcField(null=True)
        plan = ForeignKeyField(CareerPlan)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'career_step'
            indexes = ((('plan', 'place'), True),)
    db.create_tables([CareerStep])

    class Opening(Model):
        id = IdField()
        vacancy = ForeignKeyField(Vacancy)
        words = CharField(max_length=4000, default='')
        words_html = TextField(default='')
        apply_by = DateField()
        posted_by = ForeignKeyField(Person, null=True)
        posted_at = UtcField()
        closed_at = UtcField(null=True)
        closed_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'opening'
            indexes = ((('closed_at', 'apply_by'), False),)
    db.create_tables([Opening])

    class Interest(Model):
        id = IdField()
        opening = ForeignKeyField(Opening)
        person = ForeignKeyField(Person)
        wish = CharField(max_length=2000, default='')
        for_line = BooleanField(default=False)
        asked_at = UtcField()
        withdrawn_at = UtcField(null=True)
        outcome = CharField(max_length=10, default='')
        answer = CharField(max_length=2000, default='')
        answered_by = ForeignKeyField(Person, null=True)
        answered_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'interest'
            indexes = ((('opening', 'person'), False), (('person', 'asked_at'), False))
    db.create_tables([Interest])

    class MeasureTerms(Model):
        id = IdField()
        measure = CharField(unique=True, max_length=60)
        owner = ForeignKeyField(Person, null=True)
        target = FloatField(null=True)
        changed_at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'measure_terms'
    db.create_tables([MeasureTerms])

    class Move(Model):
        id = IdField()
        sort = CharField(max_length=12)
        person = ForeignKeyField(Person)
        document = ForeignKeyField(Document, null=True)
        revision = ForeignKeyField(Revision, null=True)
        rung = CharField(max_length=80, default='')
        opening = ForeignKeyField(Opening, null=True)
        reverses = ForeignKeyField('self', null=True)
        role = CharField(max_length=120, default='')
        level = CharField(max_length=20, default='')
        team = ForeignKeyField(Team, null=True)
        location = ForeignKeyField(Location, null=True)
        manager = ForeignKeyField(Person, null=True)
        starts_on = DateField()
        ends_on = DateField(null=True)
        reason = CharField(max_length=2000, default='')
        proposed_by = ForeignKeyField(Person, null=True)
        proposed_at = UtcField()
        withdrawn_at = UtcField(null=True)
        decided_by = ForeignKeyField(Person, null=True)
        decided_at = UtcField(null=True)
        is_agreed = BooleanField(null=True)
        answer = CharField(max_length=2000, default='')
        position = ForeignKeyField(Position, null=True)
        back_position = ForeignKeyField(Position, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'move'
            indexes = ((('person', 'proposed_at'), False), (('decided_at', 'withdrawn_at'), False))
    db.create_tables([Move])

    class MoveCheck(Model):
        id = IdField()
        move = ForeignKeyField(Move)
        place = IntegerField()
        criterion = CharField(max_length=80)
        words = CharField(max_length=500)
        is_met = BooleanField(null=True)
        said = CharField(max_length=500, default='')
        note = CharField(max_length=500, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'move_check'
            indexes = ((('move', 'place'), True),)
    db.create_tables([MoveCheck])

    class PayBand(Model):
        id = IdField()
        role = CharField(max_length=120)
        level = CharField(max_length=20, default='')
        currency = CharField(max_length=3)
        low = IntegerField()
        high = IntegerField()
        shown_to = CharField(max_length=10, default='hr')
        starts_on = DateField()
        recorded_at = UtcField()
        superseded_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'pay_band'
            indexes = ((('role', 'level', 'starts_on'), False),)
    db.create_tables([PayBand])

    class Red(Model):
        id = IdField()
        measure = CharField(index=True, max_length=60)
        since_on = DateField()
        ended_on = DateField(null=True)
        owner_told_at = UtcField(null=True)
        above_told_at = UtcField(null=True)
        listed_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'red'
    db.create_tables([Red])

    class RedNote(Model):
        id = IdField()
        red = ForeignKeyField(Red)
        by = ForeignKeyField(Person, null=True)
        at = UtcField()
        why = CharField(max_length=2000)
        action = CharField(max_length=2000, default='')
        look_again_on = DateField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'red_note'
    db.create_tables([RedNote])

    class Snapshot(Model):
        id = IdField()
        measure = CharField(max_length=60)
        on = DateField()
        dimension = CharField(max_length=20, default='')
        cell = CharField(max_length=120, default='')
        hits = FloatField(null=True)
        of = FloatField(null=True)
        people = IntegerField(null=True)
        value = FloatField(null=True)
        low = FloatField(null=True)
        high = FloatField(null=True)
        is_hidden = BooleanField(default=False)
        taken_at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'snapshot'
            indexes = ((('measure', 'on', 'dimension', 'cell'), True), (('dimension', 'on'), False))
    db.create_tables([Snapshot])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('snapshot'))
    migrator.migrate(migrator.drop_table('red_note'))
    migrator.migrate(migrator.drop_table('red'))
    migrator.migrate(migrator.drop_table('pay_band'))
    migrator.migrate(migrator.drop_table('move_check'))
    migrator.migrate(migrator.drop_table('move'))
    migrator.migrate(migrator.drop_table('measure_terms'))
    migrator.migrate(migrator.drop_table('interest'))
    migrator.migrate(migrator.drop_table('opening'))
    migrator.migrate(migrator.drop_table('career_step'))
    migrator.migrate(migrator.drop_table('career_plan'))
    migrator.migrate(migrator.drop_table('aspiration'))
