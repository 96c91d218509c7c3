"""What is printed for the waiting room, the patients and the desk: notices, posters, slips, cards, questionnaires."""

from appliance.web.printing import contacts, points, sheets  # noqa: F401 - they add their views to the blueprint
from appliance.web.printing.area import blueprint

__all__ = ["blueprint"]
