"""Checklists: a plan HR wrote, started for one person, becomes steps with owners and dates.

Every transition (arriving, leaving, moving, returning) is the same engine. A running checklist
keeps the plan's revision it began with. What a step hands out is a holding, with a proof of both
ends; what HR's rules say is started or proposed when it happens; whether it came to what the plan
calls success is said by the manager, with a date. Checklists never know what a step opens: a
policy, a course, a form are kinds of duty that other rooms declare.
"""
