"""First."""

from peewee import *
from portal.db import IdField
from portal.db import UtcField

def up(migrator, db):
    class Person(Model):
        id = IdField()
        name = CharField(max_length=120)
        preferred_name = CharField(max_length=60, default='')
        pronunciation = CharField(max_length=120, default='')
        pronouns = CharField(max_length=40, default='')
        email = CharField(max_length=254)
        folded_email = CharField(unique=True, max_length=254)
        second_email = CharField(max_length=254, default='')
        phone = CharField(max_length=40, default='')
        number = CharField(unique=True, null=True, max_length=40)
        zone = CharField(max_length=60, default='')
        language = CharField(max_length=12, default='en')
        theme = CharField(max_length=5, default='auto')
        folded = CharField(index=True, max_length=400)
        hired_on = DateField(index=True, null=True)
        probation_ends_on = DateField(null=True)
        notice_on = DateField(null=True)
        last_day_on = DateField(index=True, null=True)
        access_ends_at = UtcField(null=True)
        departure_voluntary = BooleanField(null=True)
        departure_regretted = BooleanField(null=True)
        departure_reason = CharField(max_length=300, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'person'
    db.create_tables([Person])

    class Function(Model):
        id = IdField()
        slug = CharField(unique=True, max_length=40)
        name = CharField(max_length=80)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'function'
    db.create_tables([Function])

    class Location(Model):
        id = IdField()
        name = CharField(unique=True, max_length=120)
        zone = CharField(max_length=60)
        weekdays = CharField(max_length=7, default='01234')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'location'
    db.create_tables([Location])

    class Assignment(Model):
        id = IdField()
        person = ForeignKeyField(Person, null=True)
        function = ForeignKeyField(Function, null=True)
        location = ForeignKeyField(Location, null=True)
        kind = CharField(max_length=30)
        target = BigIntegerField()
        period = CharField(max_length=20, default='')
        about = ForeignKeyField(Person, null=True)
        title = CharField(max_length=320)
        minutes = IntegerField(null=True)
        opened_at = UtcField()
        due_on = DateField(null=True)
        due_at = UtcField(null=True)
        remind_on = DateField(null=True)
        snoozed_until = DateField(null=True)
        settled_at = UtcField(null=True)
        settled_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default='')
        reason = CharField(max_length=300, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'assignment'
            indexes = ((('person', 'settled_at', 'due_on'), False), (('function', 'settled_at', 'due_on'), False), (('settled_at', 'due_at'), False), (('settled_at', 'remind_on'), False), (('kind', 'target'), False))
    db.create_tables([Assignment])

    class Beat(Model):
        id = IdField()
        name = CharField(unique=True, max_length=40)
        at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'beat'
    db.create_tables([Beat])

    class CauseRow(Model):
        id = IdField()
        assignment = ForeignKeyField(Assignment, on_delete='CASCADE')
        kind = CharField(max_length=30)
        ref = BigIntegerField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'cause'
            indexes = ((('assignment', 'kind', 'ref'), True),)
    db.create_tables([CauseRow])

    class Document(Model):
        id = IdField()
        kind = CharField(max_length=30)
        slug = CharField(max_length=80)
        title = CharField(max_length=200)
        folded = CharField(max_length=200)
        owner = ForeignKeyField(Person, null=True)
        audience = CharField(max_length=500, default='')
        edits = IntegerField(default=0)
        retired_at = UtcField(null=True)
        created_at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'document'
            indexes = ((('kind', 'slug'), True),)
    db.create_tables([Document])

    class Revision(Model):
        id = IdField()
        document = ForeignKeyField(Document)
        number = IntegerField()
        source = TextField()
        structure = TextField(default='{}')
        html = TextField(default='')
        hash = CharField(max_length=64)
        note = CharField(max_length=300, default='')
        is_material = BooleanField(default=False)
        published_at = UtcField()
        published_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'revision'
            indexes = ((('document', 'number'), True),)
    db.create_tables([Revision])

    class Checklist(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        revision = ForeignKeyField(Revision)
        title = CharField(max_length=200)
        transition = CharField(max_length=20)
        success = CharField(max_length=300, default='')
        anchor_on = DateField()
        location = ForeignKeyField(Location, null=True)
        started_at = UtcField()
        started_by = ForeignKeyField(Person, null=True)
        stopped_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'checklist'
            indexes = ((('person', 'started_at'), False),)
    db.create_tables([Checklist])

    class Code(Model):
        id = IdField()
        email = CharField(index=True, max_length=254)
        person = ForeignKeyField(Person, null=True)
        nonce = CharField(max_length=64)
        browser_hash = CharField(max_length=64)
        device_hash = CharField(max_length=64, default='')
        address = CharField(index=True, max_length=64)
        created_at = UtcField()
        tries = IntegerField(default=0)
        used_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'sign_in_code'
    db.create_tables([Code])

    class Company(Model):
        id = IdField()
        name = CharField(max_length=120, default='Your company')
        zone = CharField(max_length=60, default='UTC')
        hue = IntegerField(default=195)
        digest_hour = IntegerField(default=8)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'company'
    db.create_tables([Company])

    class Device(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        token_hash = CharField(unique=True, max_length=64)
        how = CharField(max_length=20)
        agent = CharField(max_length=200, default='')
        address = CharField(max_length=64, default='')
        created_at = UtcField()
        seen_at = UtcField()
        revoked_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'device'
    db.create_tables([Device])

    class Draft(Model):
        id = IdField()
        document = ForeignKeyField(Document, unique=True)
        source = TextField(default='')
        saved_at = UtcField(null=True)
        saved_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'draft'
    db.create_tables([Draft])

    class Event(Model):
        seq = BigIntegerField(primary_key=True)
        at = UtcField(index=True)
        tag = CharField(max_length=80)
        subject_kind = CharField(max_length=40)
        subject_id = CharField(max_length=64)
        by_id = BigIntegerField(null=True)
        about_id = BigIntegerField(null=True)
        data = TextField(default='{}')
        personal_hash = CharField(max_length=64, default='')
        previous = CharField(max_length=64)
        hash = CharField(max_length=64)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'event'
            indexes = ((('subject_kind', 'subject_id'), False), (('about_id', 'seq'), False))
    db.create_tables([Event])

    class Grant(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        kind = CharField(max_length=20)
        starts_on = DateField()
        ends_on = DateField(null=True)
        granted_by = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'grant'
            indexes = ((('person', 'kind'), False),)
    db.create_tables([Grant])

    class Holder(Model):
        id = IdField()
        function = ForeignKeyField(Function)
        person = ForeignKeyField(Person)
        location = ForeignKeyField(Location, null=True)
        starts_on = DateField()
        ends_on = DateField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'holder'
            indexes = ((('person', 'starts_on'), False),)
    db.create_tables([Holder])

    class Holiday(Model):
        id = IdField()
        location = ForeignKeyField(Location)
        on = DateField()
        name = CharField(max_length=120)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'holiday'
            indexes = ((('location', 'on'), True),)
    db.create_tables([Holiday])

    class Import(Model):
        id = IdField()
        file_name = CharField(max_length=200, default='')
        content = BlobField()
        created_at = UtcField()
        created_by = ForeignKeyField(Person, null=True)
        applied_at = UtcField(null=True)
        joined = IntegerField(default=0)
        changed = IntegerField(default=0)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'people_import'
    db.create_tables([Import])

    class Letter(Model):
        id = IdField()
        kind = CharField(max_length=40)
        key = CharField(unique=True, max_length=120)
        person_id = BigIntegerField(index=True, null=True)
        data = TextField(default='{}')
        created_at = UtcField()
        due_at = UtcField()
        claimed_at = UtcField(null=True)
        attempts = IntegerField(default=0)
        repeats = IntegerField(default=0)
        sent_at = UtcField(null=True)
        withdrawn_at = UtcField(null=True)
        failed_at = UtcField(null=True)
        address = CharField(max_length=254, default='')
        subject = CharField(max_length=250, default='')
        error = CharField(max_length=300, default='')
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'letter'
            indexes = ((('sent_at', 'withdrawn_at', 'failed_at', 'due_at'), False),)
    db.create_tables([Letter])

    class Link(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        token_hash = CharField(unique=True, max_length=64)
        created_at = UtcField()
        used_at = UtcField(null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'sign_in_link'
    db.create_tables([Link])

    class Personal(Model):
        id = IdField()
        event = BigIntegerField(unique=True)
        salt = CharField(max_length=32)
        payload = TextField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'event_personal'
    db.create_tables([Personal])

    class Team(Model):
        id = IdField()
        name = CharField(max_length=120)
        folded = CharField(max_length=120)
        parent = ForeignKeyField('self', null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'team'
            indexes = ((('parent', 'folded'), True),)
    db.create_tables([Team])

    class Position(Model):
        id = IdField()
        starts_on = DateField()
        ends_on = DateField(null=True)
        role = CharField(max_length=120, default='')
        level = CharField(max_length=20, default='')
        team = ForeignKeyField(Team, null=True)
        location = ForeignKeyField(Location, null=True)
        employment = CharField(max_length=30, default='permanent')
        is_hire = BooleanField(default=False)
        is_suspended = BooleanField(default=False)
        recorded_at = UtcField()
        superseded_at = UtcField(null=True)
        person = ForeignKeyField(Person)
        manager = ForeignKeyField(Person, null=True)
        buddy = ForeignKeyField(Person, null=True)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'position'
            indexes = ((('person', 'starts_on'), False), (('manager', 'starts_on'), False))
    db.create_tables([Position])

    class Reminder(Model):
        id = IdField()
        assignment = ForeignKeyField(Assignment, on_delete='CASCADE')
        person = ForeignKeyField(Person)
        rung = CharField(max_length=20)
        at = UtcField()
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'reminder'
            indexes = ((('assignment', 'person', 'rung'), True),)
    db.create_tables([Reminder])

    class Step(Model):
        id = IdField()
        key = CharField(max_length=80)
        phase = CharField(max_length=120)
        order = IntegerField()
        title = CharField(max_length=300)
        detail = TextField(default='')
        minutes = IntegerField(null=True)
        is_optional = BooleanField(default=False)
        role = CharField(max_length=120)
        owner = ForeignKeyField(Person, null=True)
        function = ForeignKeyField(Function, null=True)
        missing = CharField(max_length=120, default='')
        due_on = DateField(null=True)
        completed_at = UtcField(null=True)
        completed_by = ForeignKeyField(Person, null=True)
        skipped_at = UtcField(null=True)
        skipped_by = ForeignKeyField(Person, null=True)
        skip_reason = CharField(max_length=300, default='')
        checklist = ForeignKeyField(Checklist)
        class Meta:
            database = db
            legacy_table_names = False
            table_name = 'step'
            indexes = ((('checklist', 'order'), False), (('checklist', 'completed_at', 'skipped_at'), False), (('owner', 'completed_at'), False))
    db.create_tables([Step])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('step'))
    migrator.migrate(migrator.drop_table('reminder'))
    migrator.migrate(migrator.drop_table('position'))
    migrator.migrate(migrator.drop_table('team'))
    migrator.migrate(migrator.drop_table('event_personal'))
    migrator.migrate(migrator.drop_table('sign_in_link'))
    migrator.migrate(migrator.drop_table('letter'))
    migrator.migrate(migrator.drop_table('people_import'))
    migrator.migrate(migrator.drop_table('holiday'))
    migrator.migrate(migrator.drop_table('holder'))
    migrator.migrate(migrator.drop_table('grant'))
    migrator.migrate(migrator.drop_table('event'))
    migrator.migrate(migrator.drop_table('draft'))
    migrator.migrate(migrator.drop_table('device'))
    migrator.migrate(migrator.drop_table('company'))
    migrator.migrate(migrator.drop_table('sign_in_code'))
    migrator.migrate(migrator.drop_table('checklist'))
    migrator.migrate(migrator.drop_table('revision'))
    migrator.migrate(migrator.drop_table('document'))
    migrator.migrate(migrator.drop_table('cause'))
    migrator.migrate(migrator.drop_table('beat'))
    migrator.migrate(migrator.drop_table('assignment'))
    migrator.migrate(migrator.drop_table('location'))
    migrator.migrate(migrator.drop_table('function'))
    migrator.migrate(migrator.drop_table('person'))
