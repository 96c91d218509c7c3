"""The reception page: who came today, what the center said, and who needs a person."""

from appliance.web.reception import desks, entry, expected, linking, local, paper, saying  # noqa: F401 - add their views to the blueprint
from appliance.web.reception.views import blueprint

__all__ = ["blueprint"]
