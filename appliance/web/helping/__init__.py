"""Reception at the side of a patient: sees which step a reader's visit is at, never PIN or face, and can help."""

from appliance.web.helping.views import blueprint

__all__ = ["blueprint"]
