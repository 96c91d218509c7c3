"""The blueprint that holds the shared templates and scripts; it has no page of its own."""

from flask import Blueprint

blueprint = Blueprint(
    "medical",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/medical/static",
)
