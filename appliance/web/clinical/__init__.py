"""診療: medical information for 有資格者, of patients who agreed at the reader, for 24 hours."""

from appliance.web.clinical import emergency, listing, reading
from appliance.web.clinical.area import blueprint

__all__ = ["blueprint", "emergency", "listing", "reading"]
