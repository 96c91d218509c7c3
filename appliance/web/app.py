"""The web room's application: one blueprint for each kind of person who uses it."""

from flask import Flask

from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.web import (
    account,
    api,
    bulk,
    clinical,
    desk,
    disaster,
    errors,
    fallback,
    guard,
    handbook,
    helping,
    line,
    medical,
    menu,
    notices,
    outage,
    packing,
    patient,
    printing,
    queue,
    reception,
    second,
    session,
    statistics,
    strict,
    tasks,
    texts,
    trust,
    turning,
)
from appliance.web.brake import Brake
from appliance.web.live import Hub
from appliance.web.room import EXTENSION, Room
from appliance.web.texts.pages import Pages
from appliance.web.texts.pages import install as install_texts

LARGEST_REQUEST = 64 * 1024
_AREAS = (
    texts,
    session,
    second,
    account,
    reception,
    helping,
    clinical,
    medical,
    desk,
    line,
    patient,
    bulk,
    outage,
    queue,
    tasks,
    statistics,
    fallback,
    printing,
    handbook,
    trust,
    api,
)


def create_app(box: Box, ledger: Ledger, settings: Settings, clock: Clock) -> Flask:
    """The application for one box. Make it after the fork: it may open sockets and start threads."""
    app = Pages(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Room(box, ledger, settings, clock, Hub(box.bell_dir), Brake())
    app.context_processor(lambda: {"clinic_name": settings.clinic_name or "受付"})
    install_texts(app)
    packing.install(app)
    turning.install(app)
    guard.install(app)
    strict.install(app)
    errors.install(app)
    notices.install(app)
    menu.install(app)
    disaster.install(app)
    api.install(app)
    for area in _AREAS:
        app.register_blueprint(area.blueprint)
    return app
