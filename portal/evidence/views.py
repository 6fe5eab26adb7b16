"""The blueprint of this slice; its views live in files of their own, one noun each."""

from flask import Blueprint

bp = Blueprint("evidence", __name__)
