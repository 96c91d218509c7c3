"""The blueprint of the guide and the declaration."""

from flask import Blueprint

blueprint = Blueprint(
    "fallback",
    __name__,
    url_prefix="/fallback",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
