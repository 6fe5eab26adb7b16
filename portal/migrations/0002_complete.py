"""Complete."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("step", "opens_kind", CharField(max_length=30, default=""))
    )
    migrator.migrate(
        migrator.add_column("step", "opens_slug", CharField(max_length=80, default=""))
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("step", "opens_slug"))
    migrator.migrate(migrator.drop_column("step", "opens_kind"))
