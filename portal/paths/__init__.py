"""Learning paths: texts that lead through courses, policies and forms, one step after another.

A path owns nothing that is learned: each step is a duty of the room it belongs to, and done when
that duty is. It never takes anybody off silently, and never moves anybody to a new text by itself.
"""
