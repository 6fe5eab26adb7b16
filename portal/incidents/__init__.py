"""Incidents: what went wrong or nearly did, told by whoever saw it, and what was done about it.

HR reads them, and whoever holds Safety or Legal those of its kind; a manager and an auditor see
numbers. It looks for causes and never for somebody to blame: nothing here stands in anybody's file.
"""
