"""Assignments: whatever anyone owes — one person, one thing to do, opened on, due on, settled at.

An assignment is the obligation, never the proof: the signature, the pass, the ticked step lives
in its own domain, which tells an assignment that it is settled. There is at most one open
assignment per person, kind, target and period. This room never knows what it is that is owed.
"""
