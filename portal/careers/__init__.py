"""Careers: where one may go from here, what is missing for it, and the moves that get one there.

A rung is what HR wrote of it; what somebody has of it is read off what other rooms know. Where
somebody stands is their position alone: a move that is agreed to writes one, and the room never
keeps a second book of who was promoted.
"""
