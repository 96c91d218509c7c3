"""災害時モード: opened by an administrator, searched by medical staff, announced on every page."""

from appliance.web.disaster import managing, opening, searching
from appliance.web.disaster.area import blueprint, install

__all__ = ["blueprint", "install", "managing", "opening", "searching"]
