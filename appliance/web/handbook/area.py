"""The blueprint of the help."""

from flask import Blueprint

blueprint = Blueprint(
    "help",
    __name__,
    url_prefix="/help",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
