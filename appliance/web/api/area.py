"""The API's blueprint, whose first level is the major version of the contract."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/1")
