"""The API's own description, as it lies in the package: `contract/openapi.yaml` with its schemas in one file."""

from importlib import resources

from flask import Response

from appliance.web.api import answers, door
from appliance.web.api.area import blueprint


@blueprint.get("/openapi.json")
@door.everybody
def openapi() -> Response:
    """OpenAPI 3.1. It holds nothing of this box."""
    return answers.tagged(resources.files("appliance.web.api").joinpath("openapi.json").read_bytes())
