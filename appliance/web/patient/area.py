"""Where the patient screen hangs in the web room."""

from flask import Blueprint

from appliance.web.patient import touches, views

blueprint = Blueprint(
    "patient", __name__, url_prefix="/patient", template_folder="templates", static_folder="static"
)
views.install(blueprint)
touches.install(blueprint)
