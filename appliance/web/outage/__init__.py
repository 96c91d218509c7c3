"""障害時メモ: patients who could not be looked up are written down, listed on paper, and looked up later."""

from appliance.web.outage import notes, papers, settling  # noqa: F401 - they add their views to the blueprint
from appliance.web.outage.area import blueprint

__all__ = ["blueprint"]
