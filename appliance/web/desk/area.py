"""The blueprint of the desk."""

from flask import Blueprint

from appliance.ledger.accounts import Role

KEEPERS = (Role.ADMINISTRATOR, Role.MAINTENANCE)
"""Who may change how the box is set up."""

blueprint = Blueprint(
    "desk",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/desk/static",
)
