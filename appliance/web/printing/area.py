"""The blueprint of what is printed."""

from flask import Blueprint

blueprint = Blueprint(
    "printing",
    __name__,
    url_prefix="/printing",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
