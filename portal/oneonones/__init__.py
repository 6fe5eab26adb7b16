"""One-on-ones: the talk of somebody with whoever leads them, prepared by both and kept by both.

It is theirs alone. Nobody above, nobody in HR, no auditor and no admin ever learns here that a talk
was held, and what one notes for oneself is never read by anybody else. HR reads how often people
meet, by department and in fives.
"""
