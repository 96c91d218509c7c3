"""One shape for every error: JSON for programs, a page in the same words for people. Internals never leave the box."""

import logging
import sqlite3
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from appliance.eligibility.catalogue import FAULT_LABELS, Entry
from appliance.eligibility.trouble import Trouble
from appliance.ledger.disk import trouble_of

_LOG = logging.getLogger(__name__)
_STATUS = {
    "AUTH-001": 401,
    "AUTH-002": 401,
    "AUTH-003": 403,
    "AUTH-004": 403,
    "AUTH-005": 429,
    "AUTH-006": 403,
    "AUTH-007": 401,
    "AUTH-008": 403,
    "AUTH-009": 503,
    "AUTH-010": 401,
    "AUTH-011": 401,
    "AUTH-012": 409,
    "AUTH-013": 429,
    "AUTH-014": 423,
    "AUTH-015": 401,
    "AUTH-016": 403,
    "AUTH-017": 403,
    "AUTH-018": 403,
    "CERT-008": 409,
    "CERT-009": 500,
    "CERT-010": 503,
    "DISASTER-004": 503,
    "MEDICAL-001": 403,
    "MEDICAL-004": 403,
    "MEDICAL-005": 403,
    "DISASTER-005": 404,
    "DISASTER-007": 422,
    "DISASTER-008": 422,
    "INPUT-005": 404,
    "INPUT-006": 409,
    "QUEUE-004": 409,
    "CALL-001": 401,
    "CALL-002": 403,
    "CALL-003": 429,
    "CALL-004": 429,
    "BULK-012": 429,
    "REQUEST-003": 403,
    "REQUEST-004": 409,
    "REQUEST-005": 429,
    "REQUEST-006": 404,
    "REQUEST-007": 409,
    "REQUEST-008": 409,
    "READER-006": 409,
    "PAPER-003": 503,
    "PAPER-004": 503,
    "BOX-003": 503,
    "BOX-004": 503,
    "BOX-006": 503,
}
_STATUS_BY_FAMILY = {
    "INPUT": 422,
    "PAPER": 422,
    "BULK": 422,
    "CALL": 422,
    "REQUEST": 422,
    "CERT": 422,
    "TLS": 422,
    "BACKUP": 422,
    "RESET": 422,
    "VISIT": 409,
    "DISASTER": 409,
    "MEDICAL": 409,
    "CARD": 409,
    "OUTAGE": 409,
    "ACCOUNT": 409,
    "UPDATE": 409,
    "SHARE": 409,
}
_FAMILIES_OF_CALLS = ("CALL", "BULK", "INPUT", "REQUEST")
"""Their details name a member of what was sent and never quote it: a vendor may read them."""

_TROUBLE_BY_STATUS = {404: "INPUT-005", 405: "INPUT-005"}


def install(app: Flask) -> None:
    """Answer every exception of `app` in the one shape."""
    app.register_error_handler(Trouble, _answer_trouble)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unknown)


def status_of(trouble: Trouble) -> int:
    """The HTTP status that goes with a trouble."""
    return status_of_code(trouble.code)


def status_of_code(code: str) -> int:
    """The HTTP status that goes with a trouble's code."""
    return _STATUS.get(code, _STATUS_BY_FAMILY.get(code.partition("-")[0], 500))


def error_body(trouble: Trouble) -> dict[str, Any]:
    """`{"error": {...}}` as programs get it."""
    return body_of(trouble.entry, trouble.detail)


def body_of(entry: Entry, detail: str) -> dict[str, Any]:
    """The same for a row of the catalogue; vendors are told the detail too where it says what of a call is no good."""
    body = {
        "code": entry.code,
        "title": entry.title,
        "advice": entry.reception,
        "fault": entry.fault.value,
        "retryable": entry.retryable,
    }
    if detail and _is_for_vendors() and entry.code.partition("-")[0] in _FAMILIES_OF_CALLS:
        body["detail"] = detail
    return {"error": body}


def wants_page() -> bool:
    """Whether the one who asks is a person with a browser rather than a script."""
    if _is_for_vendors() or request.is_json or "X-CSRF-Token" in request.headers:
        return False
    if request_ctx.url_adapter is None:
        return False  # called by a host name that is none: no page could say where its parts are
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html"


def _is_for_vendors() -> bool:
    return request.path.startswith("/api/")


def answer(trouble: Trouble, status: int | None = None) -> Response:
    """`trouble` in the shape that the request asks for."""
    code = status if status is not None else status_of(trouble)
    if not wants_page():
        return make_response(jsonify(error_body(trouble)), code)
    if trouble.code == "AUTH-002" and request.method == "GET":
        return make_response(redirect(url_for("session.form", then=request.path)))
    if trouble.code == "AUTH-006":
        then = request.path if request.method == "GET" else ""
        return make_response(redirect(url_for("second.form", then=then), 303))
    if trouble.code == "AUTH-014":
        then = request.path if request.method == "GET" else ""
        return make_response(redirect(url_for("session.locked", then=then), 303))
    if trouble.code == "AUTH-017":
        return make_response(redirect(url_for("account.page"), 303))
    fault = FAULT_LABELS[trouble.fault]
    return make_response(render_template("error.html", entry=trouble.entry, fault=fault), code)


def _answer_trouble(trouble: Trouble) -> Response:
    return answer(trouble)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    trouble = Trouble(_TROUBLE_BY_STATUS.get(status, "INPUT-001" if status < 500 else "BOX-005"))
    response = answer(trouble, status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _answer_unknown(error: Exception) -> Response:
    if isinstance(error, ConnectionError):
        # The only line that is read here is the client's own: it broke off, or fell silent, in what it was sending.
        _LOG.info("INPUT-001 %s: a client broke off", type(error).__name__)
        return answer(Trouble("INPUT-001"), 400)
    trouble = trouble_of(error) if isinstance(error, OSError | sqlite3.Error) else Trouble("BOX-005")
    # Only the kind and the place: a message may quote what a person typed.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    _LOG.error("%s %s at %s", trouble.code, type(error).__name__, place)
    return answer(trouble)
