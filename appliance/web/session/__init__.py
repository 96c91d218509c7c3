"""Signing in and out, and the question whether the web room is alive."""

from appliance.web.session.views import blueprint

__all__ = ["blueprint"]
