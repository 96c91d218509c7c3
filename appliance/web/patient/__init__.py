"""The patient screen: a touch display at a reader."""

from flask import Blueprint

blueprint = Blueprint(
    "patient", __name__, url_prefix="/patient", template_folder="templates", static_folder="static"
)
