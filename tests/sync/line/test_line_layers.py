"""One look at a line that is broken in one layer after the other: in real networks made for it, and by judging alone."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

from appliance.eligibility.line_layers import LAYER_LABELS, Layer
from appliance.eligibility.trouble import Trouble
from appliance.sync.line import address, clock, interface, names, route, service, tcp, timing, tls
from appliance.sync.line.address import Addresses
from appliance.sync.line.clock import Offset
from appliance.sync.line.finding import Finding, Outcome, deciding, skipped, verdict
from appliance.sync.line.interface import Interface
from appliance.sync.line.names import Place, Resolved
from appliance.sync.line.route import Way
from appliance.sync.line.service import Reply
from appliance.sync.line.tcp import Try
from appliance.sync.line.tls import Handshake
from tests.sync.line.line_namespace import looked_at

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
WIRE = ("link add near type veth peer name far", "link set near up", "link set far up")
ADDRESS = "addr add 192.0.2.2/24 dev near"
CENTER = "https://198.51.100.7:4433"


def decides(report: dict[str, Any]) -> tuple[str | None, str | None]:
    return report["verdict"]["layer"], report["verdict"]["code"]


def outcomes(report: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in report["findings"]]


def test_no_interface_but_loopback() -> None:
    report = looked_at(CENTER, "link set lo up")
    assert decides(report) == ("interface", "LINE-011")
    assert outcomes(report) == ["failed"] + ["skipped"] * 7
    assert report["verdict"]["fault_label"] == "回線"


def test_a_cable_that_is_out() -> None:
    report = looked_at(CENTER, "link add near type veth peer name far", "link set near up")
    assert decides(report) == ("interface", "LINE-011")
    assert "信号" in report["findings"][0]["says"]


def test_no_address_but_a_link_local_one() -> None:
    assert decides(looked_at(CENTER, *WIRE)) == ("address", "LINE-012")


def test_no_name_server() -> None:
    report = looked_at("https://center.invalid", *WIRE, ADDRESS)
    assert decides(report) == ("dns", "LINE-014")
    assert outcomes(report)[:3] == ["ok", "ok", "failed"]


def test_no_route() -> None:
    report = looked_at(CENTER, *WIRE, ADDRESS)
    assert decides(report) == ("route", "LINE-015")
    assert report["findings"][3]["facts"]["IPv4"] == ["ENETUNREACH"]


def test_packets_that_go_nowhere() -> None:
    """Nobody answers for the router's address: the kernel says so, or it stays silent, within the time allowed."""
    report = looked_at(CENTER, *WIRE, ADDRESS, "route add default via 192.0.2.1")
    assert decides(report) == ("tcp", "LINE-017")


def test_nobody_listens() -> None:
    report = looked_at("https://192.0.2.2:4433", "link set lo up", *WIRE, ADDRESS)
    assert decides(report) == ("tcp", "LINE-016")
    assert report["verdict"]["fault"] == "center"


def test_ipv6_and_ipv4_are_told_apart() -> None:
    report = looked_at("https://[2001:db8:7::1]:4433", "link set lo up", *WIRE, ADDRESS)
    assert decides(report) == ("route", "LINE-015")
    says = report["findings"][1]["says"]
    assert says == "IPv4はあります、IPv6はありません。"


def test_a_changed_prefix_explains_a_line_that_goes_nowhere() -> None:
    prefix = "addr add 2001:db8:1::5/64 dev near nodad"
    report = looked_at(CENTER, *WIRE, ADDRESS, prefix, known_prefixes=("2001:db8:9::/64",))
    assert decides(report) == ("address", "LINE-013")
    assert report["findings"][1]["facts"]["prefixes"] == ["2001:db8:1::/64"]
    assert report["findings"][3]["code"] == "LINE-015"
    same = looked_at(CENTER, *WIRE, ADDRESS, prefix, known_prefixes=("2001:db8:1::/64",))
    assert decides(same) == ("route", "LINE-015")


def test_loopback_is_enough_for_a_center_on_this_machine() -> None:
    assert decides(looked_at("https://localhost:9", "link set lo up")) == ("tcp", "LINE-016")
    assert decides(looked_at("https://localhost:9")) == ("interface", "LINE-011")


def test_no_url_is_the_settings_fault() -> None:
    report = looked_at("https://", "link set lo up", *WIRE, ADDRESS)
    assert report["verdict"]["code"] == "BOX-007"


def test_beside_a_terminal_the_far_layers_are_its_own_business() -> None:
    report = looked_at("", *WIRE, ADDRESS)
    assert decides(report) == (None, None)
    assert outcomes(report) == ["ok", "ok"] + ["skipped"] * 6
    assert "資格確認端末" in report["findings"][2]["says"]


@pytest.mark.parametrize(
    ("found", "our_end", "outcome", "code"),
    [
        (Handshake("TLSv1.3", NOW + timedelta(days=90)), None, Outcome.OK, None),
        (Handshake("TLSv1.3", NOW + timedelta(days=9)), None, Outcome.WARNING, None),
        (Handshake("TLSv1.3"), NOW + timedelta(days=3), Outcome.WARNING, None),
        (Handshake(verify=10, verify_says="certificate has expired"), None, Outcome.FAILED, "CENTER-007"),
        (Handshake(verify=9), None, Outcome.FAILED, "CENTER-007"),
        (Handshake(verify=19), None, Outcome.FAILED, "CENTER-001"),
        (Handshake(alert="TLSV1_ALERT_UNKNOWN_CA"), None, Outcome.FAILED, "CENTER-005"),
        (Handshake(alert="X"), NOW - timedelta(days=1), Outcome.FAILED, "CERT-006"),
        (Handshake(error="UNEXPECTED_EOF_WHILE_READING"), None, Outcome.FAILED, "LINE-019"),
        (tls.unusable(Trouble("BOX-002", "x")), None, Outcome.FAILED, "BOX-002"),
    ],
)
def test_whose_certificate_it_is(
    found: Handshake, our_end: datetime | None, outcome: Outcome, code: str | None
) -> None:
    judged = tls.judge(found, our_end, NOW)
    assert (judged.outcome, judged.code) == (outcome, code)


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (Reply(200, seconds=0.1), Outcome.OK, None),
        (Reply(404, seconds=0.1), Outcome.OK, None),
        (Reply(200, seconds=6), Outcome.WARNING, None),
        (Reply(503, {"Retry-After": "60"}), Outcome.FAILED, "CENTER-003"),
        (Reply(403), Outcome.FAILED, "CENTER-005"),
        (Reply(500), Outcome.FAILED, "CENTER-006"),
        (Reply(error="timeout"), Outcome.FAILED, "LINE-002"),
        (Reply(error="RemoteDisconnected"), Outcome.FAILED, "LINE-003"),
    ],
)
def test_what_the_health_path_says(reply: Reply, outcome: Outcome, code: str | None) -> None:
    judged = service.judge(reply)
    assert (judged.outcome, judged.code) == (outcome, code)


def dated(seconds: float, took: float = 0.2) -> Reply:
    """An answer whose Date is `seconds` ahead of our clock, half a second into that second."""
    theirs = NOW + timedelta(seconds=seconds)
    header = theirs.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Reply(200, {"Date": header}, sent_at=NOW.timestamp() - took / 2 + 0.5, seconds=took)


@pytest.mark.parametrize(
    ("seconds", "outcome", "word"),
    [
        (0, Outcome.OK, "合って"),
        (-5, Outcome.OK, "合って"),
        (7, Outcome.WARNING, "遅れて"),
        (-30, Outcome.WARNING, "進んで"),
        (60, Outcome.WARNING, "遅れて"),
        (62, Outcome.FAILED, "遅れて"),
        (-86400 * 365, Outcome.FAILED, "進んで"),
    ],
)
def test_how_far_our_clock_is_off(seconds: float, outcome: Outcome, word: str) -> None:
    found = clock.offset(dated(seconds))
    assert found is not None
    assert found.seconds == pytest.approx(seconds, abs=0.01)
    judged = clock.judge(found)
    assert (judged.outcome, word in judged.says) == (outcome, True)
    assert judged.code == ("LINE-018" if outcome is Outcome.FAILED else None)


def test_a_slow_answer_tells_the_time_less_exactly() -> None:
    slow = clock.offset(dated(0, took=8))
    assert slow is not None
    assert (round(slow.seconds, 2), slow.within) == (0, 4.5)
    assert clock.judge(Offset(64, 4.5)).outcome is Outcome.WARNING
    assert clock.judge(clock.offset(Reply(200, {"Date": "soon"}))).outcome is Outcome.SKIPPED


def test_interfaces_addresses_names_and_ways_judged_alone() -> None:
    lan = Interface("near", is_up=True, is_running=True, is_loopback=False)
    assert interface.judge((lan,), is_local=False).outcome is Outcome.OK
    assert interface.judge((lan,), is_local=True).code == "LINE-011"
    own = Addresses((IPv4Address("169.254.1.1"),), (IPv6Address("fe80::1"), IPv6Address("fd00::5")))
    assert address.judge(own, (), is_local=False).says == "IPv4はありません、IPv6はあります。"
    assert own.prefixes == ()
    six = Place(names.IPV6, "2001:db8::1", 443)
    assert names.judge(Resolved((six,))).outcome is Outcome.OK
    assert names.judge(Resolved((), "timeout")).code == "LINE-014"
    four = Place(names.IPV4, "192.0.2.1", 443)
    judged = route.judge((Way(six, error="ENETUNREACH"), Way(four, source="192.0.2.2")))
    assert (judged.outcome, judged.says) == (Outcome.OK, "IPv4の経路があります。")
    assert tcp.judge((Try(six, "timeout"), Try(four))).outcome is Outcome.OK
    assert tcp.judge((Try(six, "timeout"), Try(four, "refused"))).code == "LINE-016"


def test_the_verdict_says_whose_fault_it_is_and_what_to_do_first() -> None:
    found = (
        Finding(Layer.INTERFACE, Outcome.OK, "よい。"),
        Finding(Layer.TCP, Outcome.FAILED, "x", "LINE-017"),
    )
    says = verdict(found)["says"]
    assert says.startswith("原因は「回線」です。")
    assert "まずすること: " in says
    assert verdict([skipped(layer) for layer in Layer])["says"] == "回線は正常です。"
    warned = (Finding(Layer.CLOCK, Outcome.WARNING, "時計が少しずれています。"),)
    assert verdict(warned)["says"] == "回線は使えます。時計が少しずれています。"
    assert deciding(warned) is None


@pytest.mark.parametrize(
    ("trouble", "layer", "may_have_arrived"),
    [
        (Trouble("LINE-001", "NameResolutionError"), Layer.DNS, False),
        (Trouble("LINE-001", "NewConnectionError"), Layer.TCP, False),
        (Trouble("LINE-002", "TLS handshake"), Layer.TLS, False),
        (Trouble("LINE-002", "read"), Layer.SERVICE, True),
        (Trouble("LINE-002", "total"), Layer.SERVICE, True),
        (Trouble("LINE-003", "ConnectionResetError"), Layer.SERVICE, True),
        (Trouble("CENTER-001", "self-signed certificate"), Layer.TLS, False),
        (Trouble("CENTER-005", "TLSV1_ALERT_UNKNOWN_CA"), Layer.TLS, False),
        (Trouble("CENTER-005", "HTTP 403"), Layer.SERVICE, False),
        (Trouble("CENTER-006", "HTTP 500"), Layer.SERVICE, False),
        (Trouble("CERT-009"), Layer.BOX, False),
    ],
)
def test_what_a_failed_request_means(trouble: Trouble, layer: Layer, may_have_arrived: bool) -> None:
    assert timing.layer_of(trouble) is layer
    assert timing.may_have_arrived(trouble) is may_have_arrived
    again = timing.resend_after(trouble, NOW, repeat_is_harmless=False)
    assert again == (NOW + timedelta(seconds=90) if may_have_arrived else None)
    assert timing.resend_after(trouble, NOW, repeat_is_harmless=True) is None


def test_every_layer_has_a_word() -> None:
    assert set(LAYER_LABELS) == set(Layer)
