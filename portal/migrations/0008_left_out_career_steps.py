"""Left out career steps."""

from peewee import *
from portal.db import UtcField

def up(migrator, db):
    migrator.migrate(migrator.add_column('career_step', 'left_out_at', UtcField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column('career_step', 'left_out_at'))
