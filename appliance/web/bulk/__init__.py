"""予約・一括照会: lists go in, runs are followed, results stand by urgency."""

from appliance.web.bulk.views import blueprint

__all__ = ["blueprint"]
