"""What is printed for the waiting room and the patients: notices, posters, slips, cards, questionnaires."""

from appliance.web.printing.area import blueprint

__all__ = ["blueprint"]
