"""The desk of those who look after the box: administrators and engineers."""

from appliance.web.desk import certificate, comparing, readers
from appliance.web.desk.area import blueprint

__all__ = ["blueprint", "certificate", "comparing", "readers"]
