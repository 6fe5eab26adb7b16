"""Reviews: in a cycle, somebody looks back on their work, and so do those who work with them.

What is asked is a form like any other; a review ties together what several people wrote about one,
and says from which moment each may be read by whom. Who said what is never known where the page
promised that nobody would know.
"""
