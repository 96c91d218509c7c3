"""Help: what each page is for, the trouble catalogue to search, and a short tour."""

from appliance.web.handbook import duty, pages, troubles  # noqa: F401 - they add their views to the blueprint
from appliance.web.handbook.area import blueprint

__all__ = ["blueprint"]
