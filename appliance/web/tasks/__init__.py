"""What a person has to do, and the list of a month's end."""

from appliance.web.tasks.views import blueprint

__all__ = ["blueprint"]
