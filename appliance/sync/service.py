"""The sync process: the center, the broker and the shared folder, each in lanes of its own over one ledger."""

import fcntl
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from appliance.ledger import conditions, settings_in_use
from appliance.ledger.conditions import Link
from appliance.ledger.database import Ledger
from appliance.ledger.own_copy import expiring
from appliance.ledger.times import utc_now
from appliance.rulebook import rulebook_of
from appliance.service_manager import ServiceManager
from appliance.settings import Box, CenterKind, Settings
from appliance.share_place import place
from appliance.sync import audit_lane
from appliance.sync.account_lane import AccountLane
from appliance.sync.asker import Asker
from appliance.sync.audit_lane import AuditLane
from appliance.sync.broker_certificate import BrokerCertificate
from appliance.sync.bulk_lane import BulkLane
from appliance.sync.certificates.key_safe import safe_of
from appliance.sync.certificates.lane import CertificateLane
from appliance.sync.certificates.presenting import Presenter, StorePresenter
from appliance.sync.certificates.store import CertificateStore
from appliance.sync.clock_watch import ClockWatch
from appliance.sync.disaster_lane import DisasterLane
from appliance.sync.folder_lane import FolderLane
from appliance.sync.line.pulse import Pulse, terms_of
from appliance.sync.line.targets import target_of
from appliance.sync.line.watch import LineWatch
from appliance.sync.month_lane import MonthLane
from appliance.sync.mqtt_lane import MqttLane
from appliance.sync.mqtt_place import places
from appliance.sync.retention_lane import RetentionLane
from appliance.sync.share_lane import ShareLane
from appliance.sync.terminal_lane import TerminalLane
from appliance.sync.web_api import WebApi


def run(box: Box) -> None:
    """Run until SIGTERM or SIGINT. Raises `Trouble`: BOX-001 for unusable settings, BOX-002 for the certificate."""
    settings = box.load()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _alone(box):
        ledger = Ledger.of(box)
        settings_in_use.begun(ledger, "sync", settings, utc_now())
        watched = (Link.CENTER, Link.BROKER, Link.UPSTREAM, Link.FOLDER, Link.SHARE)
        conditions.forget(ledger, watched, utc_now())
        share = place()
        store = CertificateStore(box, ledger, safe_of(box), settings.institution_codes, utc_now)
        presenter = StorePresenter(box, ledger, store, utc_now)
        pulse = Pulse(ledger, utc_now, terms_of(settings))
        lanes = (
            ClockWatch(ledger, utc_now),
            CertificateLane(box, settings, ledger, store, utc_now),
            *(MqttLane(box, settings, ledger, utc_now, place) for place in places(box, settings)),
            AccountLane(box, settings, ledger, utc_now),
            BrokerCertificate(box, settings, utc_now),
            FolderLane(box, settings, ledger, utc_now),
            *((ShareLane(share, ledger, utc_now),) if share else ()),
            RetentionLane(settings, ledger, utc_now, lambda now: _expire(box, ledger, now)),
            AuditLane(box, ledger, utc_now),
            BulkLane(settings, ledger, utc_now),
            MonthLane(settings, ledger, utc_now, lambda: rulebook_of(box)),
            DisasterLane(ledger, utc_now),
            LineWatch(ledger, utc_now, lambda: target_of(settings, ledger, presenter), pulse),
            _center_lane(box, settings, ledger, presenter, pulse),
        )
        for lane in lanes:
            lane.start()
        _work_until(stop, ledger, ServiceManager())
        for lane in reversed(lanes):
            lane.stop()
        ledger.close()


def _expire(box: Box, ledger: Ledger, now: datetime) -> None:
    """What has terms of its own: months of the trail, copies of the ledger and broken ones."""
    try:
        audit_lane.cut(box, ledger, now)
    finally:
        expiring.expire(box, now)


def _work_until(stop: threading.Event, ledger: Ledger, manager: ServiceManager) -> None:
    """Tell the service manager that the lanes run, and go on telling it for as long as the ledger can be read."""
    manager.ready()
    while not stop.wait(manager.beats_every):
        ledger.read.execute("SELECT 1").fetchone()
        manager.beat()
    manager.ending()


def _center_lane(
    box: Box, settings: Settings, ledger: Ledger, presenter: Presenter, pulse: Pulse
) -> Asker | TerminalLane:
    if settings.center_kind == CenterKind.TERMINAL:
        return TerminalLane(box, settings, ledger, utc_now)
    return Asker(settings, ledger, WebApi(box, settings, utc_now, presenter), utc_now, pulse=pulse)


@contextmanager
def _alone(box: Box) -> Iterator[None]:
    """Wait until no other sync process works on this box: at its start the asker takes back what a dead one held."""
    with (box.run_dir / "sync.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
