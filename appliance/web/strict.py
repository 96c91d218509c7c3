"""Whether browsers are told to come over TLS alone and to let nobody click a warning away (HSTS).

Only where the clinic's own certificate is served, and no longer than that lasts. With the box's own CA a PC that was not set up
yet, or a box that was set up anew, would be shut out at reception with no way around.
"""

from datetime import timedelta
from ssl import SSLSocket

from flask import Flask, Response, request

from appliance.web.contexts import ClinicContext
from appliance.web.room import here

HEADER = "Strict-Transport-Security"
LONGEST = timedelta(days=30)


def install(app: Flask) -> None:
    """Put the header on the answers of `app` that it belongs on."""
    app.after_request(_dress)


def _dress(response: Response) -> Response:
    connection = request.environ.get("gunicorn.socket")
    if isinstance(connection, SSLSocket) and isinstance(connection.context, ClinicContext):
        left = min(LONGEST, connection.context.ends - here().clock())
        if left > timedelta():
            response.headers[HEADER] = f"max-age={int(left.total_seconds())}"
    return response
