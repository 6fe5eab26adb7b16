"""Competencies: what good work looks like, by level, and where people stand in it.

Forms show its rows, matrices say which of them matter for whom. An assessment never changes: the
next one stands beside it. Nobody is ever added up to one number.
"""
