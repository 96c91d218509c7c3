"""Signing in and out, locked pages, touch displays, the first start of a box, and the question whether the web room is alive."""

from appliance.web.session import first_start, locking, screen, views

__all__ = ["blueprint"]

blueprint = views.blueprint
first_start.install(blueprint)
locking.install(blueprint)
screen.install(blueprint)
