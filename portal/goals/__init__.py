"""Goals: what a person, a team or the company wants to reach, and how it goes.

A goal stands alone; a period is a word on it. Check-ins are never changed, a correction is a new
one. It never rates anybody: what a goal says of somebody’s work belongs to whoever reviews it.
"""
