"""Competencies: what good work looks like, by level, in rows that reviews and forms show.

It never judges anybody: who assessed whom belongs to those who ask.
"""
