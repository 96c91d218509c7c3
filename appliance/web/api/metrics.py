"""Figures for a Prometheus: read from the ledger at each look, so that any process and any restart says the same."""

from flask import Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from appliance.web.api import door
from appliance.web.api.area import blueprint
from appliance.web.api.collecting import BoxCollector
from appliance.web.api.desk import desk
from appliance.web.notices import all_standings
from appliance.web.room import here


@blueprint.get("/metrics")
@door.metrics
def figures() -> Response:
    """How the box is, in the text format of Prometheus or of OpenMetrics, whichever is asked for."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(BoxCollector(here(), all_standings(), desk().begun_at))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)
