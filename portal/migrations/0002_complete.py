"""Complete."""

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

    class Checklist(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "checklist"

    class Document(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "document"

    class Function(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "function"

    class Location(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "location"

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

    class Pass(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        purpose = CharField(max_length=20)
        nonce = CharField(max_length=64)
        address = CharField(max_length=254, default="")
        created_at = UtcField()
        created_by = ForeignKeyField(Person, null=True)
        expires_at = UtcField()
        opened_at = UtcField(null=True)
        revoked_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pass"
            indexes = ((("person", "purpose"), False),)

    db.create_tables([Pass])

    class AlumniConsent(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        agreed = BooleanField()
        address = CharField(max_length=254, default="")
        said_at = UtcField()
        given = ForeignKeyField(Pass, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "alumni_consent"

    db.create_tables([AlumniConsent])

    class Applied(Model):
        id = IdField()
        import_id = BigIntegerField(index=True)
        person = ForeignKeyField(Person)
        line = IntegerField()
        did = CharField(max_length=10)
        before = TextField(default="{}")
        after = TextField(default="{}")
        held_before = TextField(default="[]")
        held_after = TextField(default="[]")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "people_import_row"

    db.create_tables([Applied])

    class Approval(Model):
        id = IdField()
        source = TextField()
        hash = CharField(max_length=64)
        note = CharField(max_length=300, default="")
        is_material = BooleanField(default=False)
        asked_at = UtcField()
        asked_by = ForeignKeyField(Person)
        written_by = ForeignKeyField(Person, null=True)
        writers = TextField(default="")
        approver = ForeignKeyField(Person, null=True)
        function = ForeignKeyField(Function, null=True)
        missing = CharField(max_length=254, default="")
        decided_at = UtcField(null=True)
        decided_by = ForeignKeyField(Person, null=True)
        outcome = CharField(max_length=10, default="")
        comment = CharField(max_length=1000, default="")
        revision = ForeignKeyField(Revision, null=True)
        document = ForeignKeyField(Document)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "approval"

    db.create_tables([Approval])

    class Aside(Model):
        id = IdField()
        source = TextField()
        written_by = ForeignKeyField(Person, null=True)
        set_aside_by = ForeignKeyField(Person, null=True)
        set_aside_at = UtcField()
        document = ForeignKeyField(Document, on_delete="CASCADE")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "aside"

    db.create_tables([Aside])

    class Attestation(Model):
        id = IdField()
        checklist = ForeignKeyField(Checklist)
        said_at = UtcField()
        said_by = ForeignKeyField(Person, null=True)
        since_on = DateField(null=True)
        word = CharField(max_length=300, default="")
        role = CharField(max_length=120, default="")
        level = CharField(max_length=20, default="")
        withdrawn_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "attestation"
            indexes = ((("checklist", "id"), False),)

    db.create_tables([Attestation])

    class Blob(Model):
        id = IdField()
        digest = CharField(unique=True, max_length=64)
        size = BigIntegerField()
        chunk_hashes = BlobField()
        place = CharField(max_length=4)
        put_at = UtcField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "blob"

    db.create_tables([Blob])

    class BlobChunk(Model):
        id = IdField()
        digest = CharField(max_length=64)
        number = IntegerField()
        put_at = UtcField(index=True)
        body = BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "blob_chunk"
            indexes = ((("digest", "number"), True),)

    db.create_tables([BlobChunk])

    class Confirmation(Model):
        id = IdField()
        document = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        confirmed_at = UtcField()
        confirmed_by = ForeignKeyField(Person)
        next_on = DateField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "confirmation"

    db.create_tables([Confirmation])

    class DemographicRelease(Model):
        id = IdField()
        taken_on = DateField()
        figures = TextField()
        standing = TextField(default="{}")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "demographic_release"

    db.create_tables([DemographicRelease])

    class Demographics(Model):
        id = IdField()
        person = ForeignKeyField(Person, unique=True)
        gender = CharField(max_length=20, default="")
        age = CharField(max_length=20, default="")
        disability = CharField(max_length=20, default="")
        background = CharField(max_length=20, default="")
        caring = CharField(max_length=20, default="")
        changed_on = DateField()
        stamps = TextField(default="{}")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "demographics"

    db.create_tables([Demographics])

    class DottedLine(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        lead = ForeignKeyField(Person)
        purpose = CharField(max_length=120)
        starts_on = DateField()
        ends_on = DateField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "dotted_line"
            indexes = ((("person", "starts_on"), False),)

    db.create_tables([DottedLine])

    class Findable(Model):
        id = IdField()
        is_draft = BooleanField(default=False)
        edit = IntegerField(default=0)
        title = TextField(default="")
        words = TextField(default="")
        shown = TextField(default="")
        document = ForeignKeyField(Document)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "findable"
            indexes = ((("document", "is_draft"), True),)

    db.create_tables([Findable])

    class Rule(Model):
        id = IdField()
        event = CharField(max_length=12)
        audience = CharField(max_length=500, default="")
        plan = ForeignKeyField(Document)
        action = CharField(max_length=8)
        offset_days = IntegerField(default=0)
        on_from = DateField(null=True)
        created_at = UtcField()
        created_by = ForeignKeyField(Person, null=True)
        removed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "rule"

    db.create_tables([Rule])

    class Firing(Model):
        id = IdField()
        rule = ForeignKeyField(Rule)
        person = ForeignKeyField(Person)
        fact = CharField(max_length=60)
        fact_on = DateField()
        fired_at = UtcField()
        outcome = CharField(max_length=10)
        checklist = ForeignKeyField(Checklist, null=True)
        decided_at = UtcField(null=True)
        decided_by = ForeignKeyField(Person, null=True)
        reason = CharField(max_length=300, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "firing"
            indexes = ((("rule", "person", "fact"), True),)

    db.create_tables([Firing])

    class HelpCopy(Model):
        id = IdField()
        document = ForeignKeyField(Document, unique=True, on_delete="CASCADE")
        shipped = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "help_copy"

    db.create_tables([HelpCopy])

    class Holding(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        kind = CharField(max_length=10)
        name = CharField(max_length=80)
        function = ForeignKeyField(Function, null=True)
        location = ForeignKeyField(Location, null=True)
        given_at = UtcField()
        given_by = ForeignKeyField(Person, null=True)
        given_proof = CharField(max_length=300)
        given_blob = ForeignKeyField(Blob, null=True, on_delete="RESTRICT")
        given_file = CharField(max_length=140, default="")
        given_type = CharField(max_length=80, default="")
        taken_at = UtcField(null=True)
        taken_by = ForeignKeyField(Person, null=True)
        taken_proof = CharField(max_length=300, default="")
        taken_blob = ForeignKeyField(Blob, null=True, on_delete="RESTRICT")
        taken_file = CharField(max_length=140, default="")
        taken_type = CharField(max_length=80, default="")
        withdrawn_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "holding"
            indexes = (
                (("person", "kind", "name"), False),
                (("taken_at", "withdrawn_at", "kind", "name"), False),
            )

    db.create_tables([Holding])

    class ImportMapping(Model):
        id = IdField()
        signature = CharField(unique=True, max_length=64)
        columns = TextField()
        changed_at = UtcField()
        changed_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "people_import_mapping"

    db.create_tables([ImportMapping])

    class Leave(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        kind = CharField(max_length=20)
        starts_on = DateField(index=True)
        ends_on = DateField(null=True)
        note = CharField(max_length=300, default="")
        returned_on = DateField(null=True)
        canceled_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "leave"

    db.create_tables([Leave])

    class Look(Model):
        id = IdField()
        person_id = BigIntegerField()
        subject_kind = CharField(max_length=40)
        subject_id = CharField(max_length=64)
        about_id = BigIntegerField(index=True, null=True)
        hour = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "look"
            indexes = (
                (("person_id", "subject_kind", "subject_id", "hour"), True),
                (("hour", "id"), False),
            )

    db.create_tables([Look])

    class Nudge(Model):
        id = IdField()
        assignment = ForeignKeyField(Assignment, on_delete="CASCADE")
        person = ForeignKeyField(Person)
        on = DateField()
        at = UtcField()
        by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "nudge"
            indexes = ((("assignment", "person", "on"), True),)

    db.create_tables([Nudge])

    class Paper(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        kind = CharField(max_length=20)
        title = CharField(max_length=120)
        blob = ForeignKeyField(Blob)
        file_name = CharField(max_length=140)
        media_type = CharField(max_length=100)
        issued_on = DateField(null=True)
        expires_on = DateField(index=True, null=True)
        seen_by = CharField(max_length=10, default="hr")
        keep_until = DateField(null=True)
        note = CharField(max_length=1000, default="")
        replaces = ForeignKeyField("self", null=True, on_delete="SET NULL")
        added_at = UtcField()
        added_by = ForeignKeyField(Person, null=True)
        replaced_at = UtcField(null=True)
        removed_at = UtcField(null=True)
        removed_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "paper"
            indexes = ((("person", "kind"), False),)

    db.create_tables([Paper])

    class Stint(Model):
        id = IdField()
        hired_on = DateField()
        last_day_on = DateField()
        notice_on = DateField(null=True)
        departure_voluntary = BooleanField(null=True)
        departure_regretted = BooleanField(null=True)
        departure_reason = CharField(max_length=300, default="")
        person = ForeignKeyField(Person)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stint"

    db.create_tables([Stint])

    class Submission(Model):
        id = IdField()
        revision = ForeignKeyField(Revision)
        person = ForeignKeyField(Person)
        about = ForeignKeyField(Person)
        readers = CharField(max_length=40, default="")
        shown = TextField(default="{}")
        answers = TextField(default="{}")
        version = IntegerField(default=0)
        opened_at = UtcField()
        opened_by = ForeignKeyField(Person, null=True)
        saved_at = UtcField(null=True)
        submitted_at = UtcField(index=True, null=True)
        withdrawn_at = UtcField(null=True)
        read_at = UtcField(null=True)
        read_by = ForeignKeyField(Person, null=True)
        function = ForeignKeyField(Function, null=True)
        location = ForeignKeyField(Location, null=True)
        handed_over_at = UtcField(null=True)
        handed_over_by = ForeignKeyField(Person, null=True)
        purge_on = DateField(index=True, null=True)
        purged_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "submission"
            indexes = ((("person", "submitted_at"), False), (("about", "submitted_at"), False))

    db.create_tables([Submission])

    class Upload(Model):
        id = IdField()
        key = CharField(unique=True, max_length=43)
        owner = ForeignKeyField(Person)
        kind = CharField(max_length=40)
        name = CharField(max_length=140)
        size = BigIntegerField()
        modified = BigIntegerField(default=0)
        received = BigIntegerField(default=0)
        media_type = CharField(max_length=100, default="")
        blob = ForeignKeyField(Blob, null=True)
        place = CharField(max_length=4)
        created_at = UtcField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "upload"

    db.create_tables([Upload])

    class UploadPart(Model):
        id = IdField()
        upload = ForeignKeyField(Upload, on_delete="CASCADE")
        offset = BigIntegerField()
        body = BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "upload_part"
            indexes = ((("upload", "offset"), True),)

    db.create_tables([UploadPart])

    class Vacancy(Model):
        id = IdField()
        role = CharField(max_length=120)
        level = CharField(max_length=20, default="")
        team = ForeignKeyField(Team, null=True)
        location = ForeignKeyField(Location, null=True)
        manager = ForeignKeyField(Person, null=True)
        wanted_from = DateField(null=True)
        note = CharField(max_length=500, default="")
        opened_at = UtcField()
        filled_by = ForeignKeyField(Person, null=True)
        filled_at = UtcField(null=True)
        closed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "vacancy"

    db.create_tables([Vacancy])

    migrator.migrate(migrator.add_column("person", "shortcuts", BooleanField(default=True)))
    migrator.migrate(migrator.add_column("person", "may_be_rehired", BooleanField(null=True)))
    migrator.migrate(
        migrator.add_column("person", "rehire_reason", CharField(max_length=300, default=""))
    )
    migrator.migrate(migrator.add_column("person", "probation_passed_on", DateField(null=True)))
    migrator.migrate(migrator.add_column("person", "withdrawn_at", UtcField(null=True)))
    migrator.migrate(
        migrator.add_column("document", "summary", CharField(max_length=400, default=""))
    )
    migrator.migrate(
        migrator.add_column(
            "document", "owner_function_id", ForeignKeyField(Function, field=Function.id, null=True)
        )
    )
    migrator.migrate(migrator.add_column("document", "review_on", DateField(index=True, null=True)))
    migrator.migrate(migrator.add_column("document", "review_months", IntegerField(default=12)))
    migrator.migrate(migrator.add_column("assignment", "at", CharField(max_length=5, default="")))
    migrator.migrate(migrator.add_column("assignment", "moved", IntegerField(default=0)))
    migrator.migrate(migrator.add_column("checklist", "success_by", DateField(null=True)))
    migrator.migrate(
        migrator.add_column("device", "given_id", ForeignKeyField(Pass, field=Pass.id, null=True))
    )
    migrator.migrate(migrator.add_column("draft", "writers", TextField(default="")))
    migrator.migrate(
        migrator.add_column("people_import", "phase", CharField(max_length=10, default="read"))
    )
    migrator.migrate(
        migrator.add_column("people_import", "key", CharField(max_length=10, default=""))
    )
    migrator.migrate(migrator.add_column("people_import", "done", IntegerField(default=0)))
    migrator.migrate(migrator.add_column("people_import", "total", IntegerField(default=0)))
    migrator.migrate(migrator.add_column("people_import", "found", TextField(default="")))
    migrator.migrate(migrator.add_column("people_import", "claimed_at", UtcField(null=True)))
    migrator.migrate(migrator.add_column("people_import", "undone_at", UtcField(null=True)))
    migrator.migrate(migrator.add_column("team", "closed_at", UtcField(null=True)))
    migrator.migrate(migrator.add_column("position", "counts_from", DateField(null=True)))
    migrator.migrate(
        migrator.add_column("step", "opens_kind", CharField(max_length=30, default=""))
    )
    migrator.migrate(
        migrator.add_column("step", "opens_slug", CharField(max_length=80, default=""))
    )
    migrator.migrate(migrator.add_column("step", "at", CharField(max_length=5, default="")))
    migrator.migrate(migrator.add_column("step", "moved", IntegerField(default=0)))
    migrator.migrate(migrator.add_column("step", "thing", CharField(max_length=10, default="")))
    migrator.migrate(
        migrator.add_column("step", "thing_name", CharField(max_length=80, default=""))
    )
    migrator.migrate(
        migrator.add_column(
            "step", "holding_id", ForeignKeyField(Holding, field=Holding.id, null=True)
        )
    )
    migrator.migrate(migrator.add_index("cause", ("kind", "ref")))
    migrator.migrate(migrator.add_index("position", ("superseded_at", "role")))


def down(migrator, db):
    migrator.migrate(migrator.drop_index("step", "step_holding_id"))
    migrator.migrate(migrator.drop_index("position", "position_superseded_at_role"))
    migrator.migrate(migrator.drop_index("device", "device_given_id"))
    migrator.migrate(migrator.drop_index("cause", "cause_kind_ref"))
    migrator.migrate(migrator.drop_index("document", "document_review_on"))
    migrator.migrate(migrator.drop_index("document", "document_owner_function_id"))
    migrator.migrate(migrator.drop_column("step", "holding_id"))
    migrator.migrate(migrator.drop_column("step", "thing_name"))
    migrator.migrate(migrator.drop_column("step", "thing"))
    migrator.migrate(migrator.drop_column("step", "moved"))
    migrator.migrate(migrator.drop_column("step", "at"))
    migrator.migrate(migrator.drop_column("step", "opens_slug"))
    migrator.migrate(migrator.drop_column("step", "opens_kind"))
    migrator.migrate(migrator.drop_column("position", "counts_from"))
    migrator.migrate(migrator.drop_column("team", "closed_at"))
    migrator.migrate(migrator.drop_column("people_import", "undone_at"))
    migrator.migrate(migrator.drop_column("people_import", "claimed_at"))
    migrator.migrate(migrator.drop_column("people_import", "found"))
    migrator.migrate(migrator.drop_column("people_import", "total"))
    migrator.migrate(migrator.drop_column("people_import", "done"))
    migrator.migrate(migrator.drop_column("people_import", "key"))
    migrator.migrate(migrator.drop_column("people_import", "phase"))
    migrator.migrate(migrator.drop_column("draft", "writers"))
    migrator.migrate(migrator.drop_column("device", "given_id"))
    migrator.migrate(migrator.drop_column("checklist", "success_by"))
    migrator.migrate(migrator.drop_column("assignment", "moved"))
    migrator.migrate(migrator.drop_column("assignment", "at"))
    migrator.migrate(migrator.drop_column("document", "review_months"))
    migrator.migrate(migrator.drop_column("document", "review_on"))
    migrator.migrate(migrator.drop_column("document", "owner_function_id"))
    migrator.migrate(migrator.drop_column("document", "summary"))
    migrator.migrate(migrator.drop_column("person", "withdrawn_at"))
    migrator.migrate(migrator.drop_column("person", "probation_passed_on"))
    migrator.migrate(migrator.drop_column("person", "rehire_reason"))
    migrator.migrate(migrator.drop_column("person", "may_be_rehired"))
    migrator.migrate(migrator.drop_column("person", "shortcuts"))
    migrator.migrate(migrator.drop_table("vacancy"))
    migrator.migrate(migrator.drop_table("upload_part"))
    migrator.migrate(migrator.drop_table("upload"))
    migrator.migrate(migrator.drop_table("submission"))
    migrator.migrate(migrator.drop_table("stint"))
    migrator.migrate(migrator.drop_table("paper"))
    migrator.migrate(migrator.drop_table("nudge"))
    migrator.migrate(migrator.drop_table("look"))
    migrator.migrate(migrator.drop_table("leave"))
    migrator.migrate(migrator.drop_table("people_import_mapping"))
    migrator.migrate(migrator.drop_table("holding"))
    migrator.migrate(migrator.drop_table("help_copy"))
    migrator.migrate(migrator.drop_table("firing"))
    migrator.migrate(migrator.drop_table("rule"))
    migrator.migrate(migrator.drop_table("findable"))
    migrator.migrate(migrator.drop_table("dotted_line"))
    migrator.migrate(migrator.drop_table("demographics"))
    migrator.migrate(migrator.drop_table("demographic_release"))
    migrator.migrate(migrator.drop_table("confirmation"))
    migrator.migrate(migrator.drop_table("blob_chunk"))
    migrator.migrate(migrator.drop_table("blob"))
    migrator.migrate(migrator.drop_table("attestation"))
    migrator.migrate(migrator.drop_table("aside"))
    migrator.migrate(migrator.drop_table("approval"))
    migrator.migrate(migrator.drop_table("people_import_row"))
    migrator.migrate(migrator.drop_table("alumni_consent"))
    migrator.migrate(migrator.drop_table("pass"))
