"""Uploads: a file on its way from somebody's device to where it belongs.

It comes with a form, or in parts that survive a dead network, and waits two days at most to be
taken. What it is, is found by looking into it. It never keeps a file for good and never hands one
to anybody but a browser's download: whose it is and who may have it, says whatever takes it.
"""
