"""The reception page: who came today, what the center said, and who needs a person."""

from appliance.web.reception import entry  # noqa: F401 - adds its views to the blueprint
from appliance.web.reception.views import blueprint

__all__ = ["blueprint"]
