"""How a PC, a tablet or a phone comes to trust this box."""

from appliance.web.trust.views import blueprint

__all__ = ["blueprint"]
