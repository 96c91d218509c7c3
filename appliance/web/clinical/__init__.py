"""診療: medical information for 有資格者, of patients who agreed at the reader, for 24 hours."""

from appliance.web.clinical import listing, reading
from appliance.web.clinical.area import blueprint

__all__ = ["blueprint", "listing", "reading"]
