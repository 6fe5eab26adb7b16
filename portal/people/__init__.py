"""People: who is here, where in the company, who leads whom, and who is signed in.

History is dated and never overwritten: a transfer adds a position. It never holds demographics,
pay or anything a review says.
"""
