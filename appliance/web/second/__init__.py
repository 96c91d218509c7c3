"""The second factor: one-time codes and passkeys, set up with a code that an administrator hands over."""

from appliance.web.second import passkey, setting_up, views
from appliance.web.second.area import blueprint

__all__ = ["blueprint", "passkey", "setting_up", "views"]
