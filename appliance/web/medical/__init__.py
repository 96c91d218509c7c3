"""Drugs, treatments and checkups as a doctor reads them: the tables that 災害時モード and the clinical viewer share."""

from appliance.web.medical.area import blueprint

__all__ = ["blueprint"]
