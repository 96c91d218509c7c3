"""The page of what stands still: checks and deliveries given up, with their reasons and a button."""

from appliance.web.queue.views import blueprint

__all__ = ["blueprint"]
