"""Home: what needs me today, what my team waits for, what HR must look at.

It reads every domain, owns nothing, and is imported by nobody but the frame.
"""
