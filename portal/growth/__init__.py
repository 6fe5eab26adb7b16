"""Growth: mentors with room, stretch tasks, and development plans that are made of duties.

A plan owns nothing that is learned: each of its steps is a duty or a fact of the room it belongs
to. What mentor and mentee say to each other is never kept, and no list shows who is mentored.
"""
