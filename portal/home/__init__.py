"""Home: what needs me today, what my team waits for, what HR must look at; the search; the help.

It reads every domain, owns nothing but the note from which shipped text HR's own help was begun,
and is imported by nobody but the frame.
"""
