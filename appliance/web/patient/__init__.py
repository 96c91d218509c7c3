"""The patient screen: a touch display at a reader. It follows the visit there and shows one thing at a time."""

from appliance.web.patient.area import blueprint

__all__ = ["blueprint"]
