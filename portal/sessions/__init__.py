"""Live sessions: dates at which a course is held, seats on them, and who was there.

A seat is never given twice, and whoever waits gets the first one that comes free. This room never
decides who may take a course, nor what completing it means: `learning` does both.
"""
