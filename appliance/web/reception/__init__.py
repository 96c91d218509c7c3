"""The reception page: who came today, what the center said, and who needs a person."""

from appliance.web.reception.views import blueprint

__all__ = ["blueprint"]
