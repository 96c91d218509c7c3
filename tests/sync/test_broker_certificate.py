"""The broker's certificate is renewed while it runs, and who is connected stays so."""

import socket
import ssl
from datetime import timedelta

from cryptography import x509

from appliance.ledger.times import utc_now
from appliance.sync import broker
from tests.sync.station import Station


def serial(station: Station) -> int:
    address = broker.endpoint(station.box, station.settings)
    context = ssl.create_default_context(cafile=str(address.ca))
    with (
        socket.create_connection((address.host, address.port), 20) as plain,
        context.wrap_socket(plain, server_hostname=address.host) as found,
    ):
        der = found.getpeercert(binary_form=True)
        assert der
        return x509.load_der_x509_certificate(der).serial_number


def test_it_is_renewed_in_time_and_nobody_is_cut_off(station: Station) -> None:
    emr = station.consumer("emr")
    before, now = serial(station), utc_now()
    assert not broker.renew_certificate(station.box, station.settings, now + timedelta(days=50))
    # One renewed at its end would not be valid yet by the real clock, by which TLS judges here.
    (station.box.tls_dir / "broker.pem").unlink()
    assert broker.renew_certificate(station.box, station.settings, now)
    for _ in range(1000):  # mosquitto takes it up when it has heard the signal
        if serial(station) != before:
            break
    assert serial(station) != before
    assert not emr.hello().is_failure, "who was connected stays so"


def test_a_broker_that_is_not_running_is_no_trouble(station: Station) -> None:
    station.kill_broker()
    (station.box.tls_dir / "broker.pem").unlink()
    assert broker.renew_certificate(station.box, station.settings, utc_now())
