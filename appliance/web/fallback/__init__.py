"""When insurance cannot be confirmed: the guide to the next accepted document, and the declaration to sign."""

from appliance.web.fallback import declaration, guiding  # noqa: F401 - they add their views to the blueprint
from appliance.web.fallback.area import blueprint

__all__ = ["blueprint"]
