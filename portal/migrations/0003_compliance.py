"""Compliance."""

from peewee import *
from portal.db import IdField
from portal.db import UtcField


def up(migrator, db):
    class Blob(Model):
        id = IdField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "blob"

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

    class Acknowledgment(Model):
        id = IdField()
        document = ForeignKeyField(Document)
        revision = ForeignKeyField(Revision)
        person = ForeignKeyField(Person)
        round = IntegerField(default=0)
        since_revision = ForeignKeyField(Revision, null=True)
        text_hash = CharField(max_length=64)
        shown_hash = CharField(max_length=64)
        statement = CharField(max_length=300)
        answers = TextField(default="{}")
        attempts = IntegerField(default=0)
        identified_by = CharField(max_length=20)
        shown_at = UtcField()
        agreed_at = UtcField()
        signed_at = UtcField()
        signed_on = DateField()
        signed_by = ForeignKeyField(Person)
        on_behalf = BooleanField(default=False)
        personal_hash = CharField(max_length=64)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "acknowledgment"
            indexes = (
                (("person", "revision", "round"), True),
                (("document", "person"), False),
                (("document", "signed_at"), False),
            )

    db.create_tables([Acknowledgment])

    class Auditor(Model):
        id = IdField()
        person = ForeignKeyField(Person, unique=True)
        firm = CharField(max_length=120, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "auditor"

    db.create_tables([Auditor])

    class AuditWindow(Model):
        id = IdField()
        name = CharField(max_length=120)
        starts_on = DateField(index=True)
        ends_on = DateField()
        note = CharField(max_length=500, default="")
        created_at = UtcField()
        changed_at = UtcField()
        moved = IntegerField(default=0)
        removed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "audit_window"

    db.create_tables([AuditWindow])

    class CertificateType(Model):
        id = IdField()
        name = CharField(max_length=80)
        folded = CharField(max_length=160)
        slug = CharField(unique=True, max_length=60)
        note = CharField(max_length=500, default="")
        needs_number = BooleanField(default=False)
        needs_issuer = BooleanField(default=False)
        needs_file = BooleanField(default=True)
        months = IntegerField(default=0)
        created_at = UtcField()
        retired_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "certificate_type"

    db.create_tables([CertificateType])

    class Certificate(Model):
        id = IdField()
        type = ForeignKeyField(CertificateType)
        person = ForeignKeyField(Person)
        issued_on = DateField()
        expires_on = DateField(null=True)
        file_hash = CharField(max_length=64, default="")
        details_hash = CharField(max_length=64)
        replaces = ForeignKeyField("self", null=True)
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "certificate"
            indexes = (
                (("person", "type", "superseded_at"), False),
                (("type", "superseded_at"), False),
                (("superseded_at", "expires_on"), False),
            )

    db.create_tables([Certificate])

    class CertificateCheck(Model):
        id = IdField()
        outcome = CharField(max_length=10)
        reason = CharField(max_length=300, default="")
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)
        certificate = ForeignKeyField(Certificate)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "certificate_check"

    db.create_tables([CertificateCheck])

    class CertificateDetails(Model):
        id = IdField()
        salt = CharField(max_length=32)
        number = CharField(max_length=80, default="")
        issuer = CharField(max_length=120, default="")
        note = CharField(max_length=500, default="")
        blob = ForeignKeyField(Blob, null=True)
        file_name = CharField(max_length=140, default="")
        media_type = CharField(max_length=100, default="")
        certificate = ForeignKeyField(Certificate, unique=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "certificate_details"

    db.create_tables([CertificateDetails])

    class ChainAlarm(Model):
        id = IdField()
        problem = CharField(max_length=300)
        since = BigIntegerField()
        raised_at = UtcField()
        ended_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "chain_alarm"

    db.create_tables([ChainAlarm])

    class Checkpoint(Model):
        id = IdField()
        size = BigIntegerField(unique=True)
        root = CharField(max_length=64)
        head = CharField(max_length=64)
        at = UtcField(index=True)
        key = CharField(max_length=16)
        public_key = CharField(max_length=64)
        signature = CharField(max_length=128)
        peaks = TextField()
        proof = TextField(default="[]")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "checkpoint"

    db.create_tables([Checkpoint])

    class Requirement(Model):
        id = IdField()
        kind = CharField(max_length=30)
        target = BigIntegerField()
        source = CharField(max_length=30, default="")
        created_at = UtcField()
        is_stale = BooleanField(default=True)
        checked_on = DateField(null=True)
        followed_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "requirement"
            indexes = ((("kind", "target"), False),)

    db.create_tables([Requirement])

    class Coverage(Model):
        id = IdField()
        requirement = ForeignKeyField(Requirement)
        person = ForeignKeyField(Person)
        since = DateField()
        until = DateField(null=True)
        event_on = DateField()
        recorded_at = UtcField()
        superseded_at = UtcField(null=True)
        done_on = DateField(null=True)
        ref = CharField(max_length=60, default="")
        opens_on = DateField(null=True)
        due_on = DateField(null=True)
        late_on = DateField(null=True)
        opened_for = DateField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coverage"
            indexes = (
                (("requirement", "superseded_at", "due_on"), False),
                (("superseded_at", "person", "until", "since"), False),
                (("superseded_at", "due_on"), False),
                (("superseded_at", "opens_on"), False),
            )

    db.create_tables([Coverage])

    class Cursor(Model):
        id = IdField()
        name = CharField(unique=True, max_length=40)
        seq = BigIntegerField(default=0)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "cursor"

    db.create_tables([Cursor])

    class Erasure(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        by = ForeignKeyField(Person, null=True)
        reason = CharField(max_length=300)
        begun_at = UtcField()
        classes = TextField(default="{}")
        finished_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "erasure"

    db.create_tables([Erasure])

    class Exemption(Model):
        id = IdField()
        requirement = ForeignKeyField(Requirement)
        person = ForeignKeyField(Person)
        since = DateField()
        until = DateField(null=True)
        reason = CharField(max_length=300, default="")
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "exemption"
            indexes = ((("requirement", "person"), False), (("person", "superseded_at"), False))

    db.create_tables([Exemption])

    class Finish(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        plan = ForeignKeyField(Document)
        finished_on = DateField()
        recorded_at = UtcField()
        superseded_at = UtcField(null=True)
        checklist = ForeignKeyField(Checklist)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "finish"
            indexes = ((("plan", "person", "superseded_at"), False),)

    db.create_tables([Finish])

    class Pack(Model):
        id = IdField()
        asked_by = ForeignKeyField(Person)
        asked_at = UtcField()
        chosen = TextField(default="[]")
        has_all = BooleanField(default=True)
        among = TextField(null=True)
        team = ForeignKeyField(Team, null=True)
        person = ForeignKeyField(Person, null=True)
        from_on = DateField(null=True)
        as_of = DateField()
        known_at = UtcField()
        has_names = BooleanField(default=True)
        size = BigIntegerField(default=0)
        state = CharField(max_length=10, default="waiting")
        total = IntegerField(default=0)
        problem = CharField(max_length=300, default="")
        claimed_at = UtcField(null=True)
        ready_at = UtcField(null=True)
        blob = ForeignKeyField(Blob, null=True)
        is_kept = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pack"
            indexes = ((("state", "claimed_at"), False),)

    db.create_tables([Pack])

    class Gift(Model):
        id = IdField()
        pack = ForeignKeyField(Pack)
        person = ForeignKeyField(Person)
        given_at = UtcField()
        given_by = ForeignKeyField(Person)
        ended_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pack_gift"
            indexes = ((("person", "ended_at"), False), (("pack", "ended_at"), False))

    db.create_tables([Gift])

    class LegalHold(Model):
        id = IdField()
        person = ForeignKeyField(Person, null=True)
        record_class = CharField(max_length=40, default="")
        reason = CharField(max_length=300)
        counsel = CharField(max_length=1000, default="")
        placed_at = UtcField()
        placed_by = ForeignKeyField(Person, null=True)
        lifted_at = UtcField(null=True)
        lifted_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "legal_hold"
            indexes = ((("lifted_at", "person"), False),)

    db.create_tables([LegalHold])

    class PackCheck(Model):
        id = IdField()
        asked_by = ForeignKeyField(Person)
        asked_at = UtcField(index=True)
        name = CharField(max_length=140)
        blob = ForeignKeyField(Blob, null=True)
        claimed_at = UtcField(null=True)
        done_at = UtcField(null=True)
        holds = BooleanField(null=True)
        said = TextField(default="{}")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pack_check"

    db.create_tables([PackCheck])

    class Part(Model):
        id = IdField()
        pack = ForeignKeyField(Pack)
        number = IntegerField()
        name = CharField(max_length=120)
        blob = ForeignKeyField(Blob, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pack_part"
            indexes = ((("pack", "number"), True),)

    db.create_tables([Part])

    class PolicyAttempt(Model):
        id = IdField()
        person = ForeignKeyField(Person)
        revision = ForeignKeyField(Revision)
        round = IntegerField(default=0)
        answers = TextField()
        wrong = TextField()
        at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "policy_attempt"
            indexes = ((("person", "revision", "round"), False),)

    db.create_tables([PolicyAttempt])

    class RetentionRule(Model):
        id = IdField()
        record_class = CharField(max_length=40)
        months = IntegerField()
        reason = CharField(max_length=300)
        is_automatic = BooleanField(default=False)
        set_at = UtcField()
        set_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)
        superseded_by = ForeignKeyField(Person, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "retention_rule"
            indexes = ((("record_class", "superseded_at"), False),)

    db.create_tables([RetentionRule])

    class Purge(Model):
        id = IdField()
        record_class = CharField(index=True, max_length=40)
        rule = ForeignKeyField(RetentionRule, null=True)
        cut_off = DateField(null=True)
        by = ForeignKeyField(Person, null=True)
        shown = CharField(max_length=64)
        total = IntegerField()
        ids = TextField()
        left = TextField(default="[]")
        done = IntegerField(default=0)
        count = IntegerField(default=0)
        held_back = IntegerField(default=0)
        digest = CharField(max_length=64, default="")
        started_at = UtcField()
        finished_at = UtcField(index=True, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "purge"

    db.create_tables([Purge])

    class ShownDifference(Model):
        id = IdField()
        hash = CharField(unique=True, max_length=64)
        before = ForeignKeyField(Revision)
        after = ForeignKeyField(Revision)
        html = TextField()
        kept_at = UtcField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "shown_difference"

    db.create_tables([ShownDifference])

    class Signature(Model):
        id = IdField()
        acknowledgment = ForeignKeyField(Acknowledgment, unique=True)
        salt = CharField(max_length=32)
        name = CharField(max_length=120)
        typed_name = CharField(max_length=120, default="")
        address = CharField(max_length=64, default="")
        agent = CharField(max_length=200, default="")
        note = CharField(max_length=500, default="")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "signature"

    db.create_tables([Signature])

    class Terms(Model):
        id = IdField()
        requirement = ForeignKeyField(Requirement)
        audience = CharField(max_length=500, default="everyone")
        every_months = IntegerField(default=0)
        counted_from = CharField(max_length=10, default="completion")
        fixed_on = DateField(null=True)
        first_days = IntegerField(default=14)
        joiner_days = IntegerField(default=14)
        lead_days = IntegerField(default=30)
        grace_days = IntegerField(default=0)
        starts_on = DateField()
        audience_from = DateField()
        holds_from = DateField()
        holds_until = DateField(null=True)
        recorded_at = UtcField()
        recorded_by = ForeignKeyField(Person, null=True)
        superseded_at = UtcField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "terms"
            indexes = ((("requirement", "superseded_at"), False),)

    db.create_tables([Terms])

    migrator.migrate(
        migrator.add_column("company", "checkpoint_to", CharField(max_length=780, default=""))
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("company", "checkpoint_to"))
    migrator.migrate(migrator.drop_table("terms"))
    migrator.migrate(migrator.drop_table("signature"))
    migrator.migrate(migrator.drop_table("shown_difference"))
    migrator.migrate(migrator.drop_table("purge"))
    migrator.migrate(migrator.drop_table("retention_rule"))
    migrator.migrate(migrator.drop_table("policy_attempt"))
    migrator.migrate(migrator.drop_table("pack_part"))
    migrator.migrate(migrator.drop_table("pack_check"))
    migrator.migrate(migrator.drop_table("legal_hold"))
    migrator.migrate(migrator.drop_table("pack_gift"))
    migrator.migrate(migrator.drop_table("pack"))
    migrator.migrate(migrator.drop_table("finish"))
    migrator.migrate(migrator.drop_table("exemption"))
    migrator.migrate(migrator.drop_table("erasure"))
    migrator.migrate(migrator.drop_table("cursor"))
    migrator.migrate(migrator.drop_table("coverage"))
    migrator.migrate(migrator.drop_table("requirement"))
    migrator.migrate(migrator.drop_table("checkpoint"))
    migrator.migrate(migrator.drop_table("chain_alarm"))
    migrator.migrate(migrator.drop_table("certificate_details"))
    migrator.migrate(migrator.drop_table("certificate_check"))
    migrator.migrate(migrator.drop_table("certificate"))
    migrator.migrate(migrator.drop_table("certificate_type"))
    migrator.migrate(migrator.drop_table("audit_window"))
    migrator.migrate(migrator.drop_table("auditor"))
    migrator.migrate(migrator.drop_table("acknowledgment"))
