"""Completions counted."""

from peewee import *

def up(migrator, db):
    migrator.migrate(migrator.drop_index('completion', 'completion_course_id_person_id'))
    migrator.migrate(migrator.add_index('completion', ('course_id', 'person_id', 'superseded_at')))


def down(migrator, db):
    migrator.migrate(migrator.drop_index('completion', 'completion_course_id_person_id_superseded_at'))
    migrator.migrate(migrator.add_index('completion', ('course_id', 'person_id')))
