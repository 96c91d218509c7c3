"""One's own account: the password, and where one is signed in."""

from appliance.web.account.views import blueprint

__all__ = ["blueprint"]
