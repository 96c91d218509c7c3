"""Statistics and money: the month, 加算, the page of failures, and the calculators of what is over."""

from appliance.web.statistics import entering, export, failures, money, month, points, quoting
from appliance.web.statistics.area import blueprint

__all__ = ["blueprint", "entering", "export", "failures", "money", "month", "points", "quoting"]
