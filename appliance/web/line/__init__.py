"""The page of the line: how it stands, the switch, a look layer by layer, and its month for paper."""

from appliance.web.line.views import blueprint

__all__ = ["blueprint"]
