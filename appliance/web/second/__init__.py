"""The second factor of 有資格者: asked for once a sign-in, set up by its holder, forgotten by an administrator's command."""

from appliance.web.second.views import blueprint

__all__ = ["blueprint"]
