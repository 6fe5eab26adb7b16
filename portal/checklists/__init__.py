"""Checklists: a plan HR wrote, started for one person, becomes steps with owners and dates.

Every transition (arriving, leaving, moving, returning) is the same engine. A running checklist
keeps the plan's revision it began with. Checklists never know what a step opens: a policy, a
course, a form are kinds of duty that other rooms declare.
"""
