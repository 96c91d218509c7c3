"""What may stand on a CONFIG stick, and what is refused by name."""

from pathlib import Path

import pytest

from appliance.cli.commissioning.network import (
    CENTER_FILE,
    CENTER_INTERFACE_FILE,
    LAN_FILE,
    TIME_FILE,
    files_of,
)
from appliance.cli.commissioning.plan import SIZE_LIMIT, Plan, Side, plan_in, read_plan
from appliance.eligibility.trouble import Trouble
from appliance.ledger.consumers import ConsumerKind

WHOLE = """
[clinic]
institution_code = "1319999999"
name = "みどりクリニック"

[network]
name = "uketsuke-1"
[network.lan]
address = "192.168.1.20/24"
gateway = "192.168.1.1"
dns = ["192.168.1.1"]
[network.center]
interface = "enp2s0"
routes = ["2001:db8:1::/48"]

[time]
servers = ["192.168.1.1", "ntp.example"]

[settings]
center_url = "https://center.example"

[[consumer]]
name = "denshi-karte"
kind = "mqtt"
"""


def test_a_whole_plan() -> None:
    assert read_plan(WHOLE) == Plan(
        institution_code="1319999999",
        clinic_name="みどりクリニック",
        host_name="uketsuke-1",
        lan=Side("", ("192.168.1.20/24",), "192.168.1.1", ("192.168.1.1",)),
        center=Side("enp2s0", routes=("2001:db8:1::/48",)),
        time_servers=("192.168.1.1", "ntp.example"),
        settings={"center_url": "https://center.example"},
        consumers=(("denshi-karte", ConsumerKind.MQTT),),
    )


def test_an_empty_plan_changes_nothing() -> None:
    assert read_plan("") == Plan()
    assert files_of(Plan()) == {}


def test_the_networks_are_kept_apart() -> None:
    files = files_of(read_plan(WHOLE))
    assert "Name=!enp2s0" in files[LAN_FILE]
    assert "Gateway=192.168.1.1" in files[LAN_FILE]
    assert "Name=enp2s0" in files[CENTER_FILE]
    # The way to everywhere is not the center's.
    assert "UseRoutes=no" in files[CENTER_FILE]
    assert "Destination=2001:db8:1::/48" in files[CENTER_FILE]
    assert files[CENTER_INTERFACE_FILE] == "enp2s0\n"
    assert files[TIME_FILE] == "server 192.168.1.1 iburst\nserver ntp.example iburst\n"


TWO_SHARED = "".join(f'[[consumer]]\nname = "{name}"\nkind = "folder"\nshared = true\n' for name in "ab")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[clinic]\ninstitution_code = "1319999998"', "clinic.institution_code"),
        ("[clinic]\ninstitution_code = 1319999999", "clinic.institution_code"),
        ('[clinic]\npassword = "x"', "clinic.password"),
        ('[network]\nname = "受付"', "network.name"),
        ('[network]\nname = "a\\nb"', "network.name"),
        ('[network.lan]\naddress = "192.168.1.20"', "network.lan.address"),
        ('[network.lan]\naddress = "192.168.1.20/24\\nDHCP=yes"', "network.lan.address"),
        ('[network.lan]\ngateway = "192.168.1.1"', "network.lan.address"),
        ('[network.lan]\ndns = "fe80::1%eth0"', "network.lan.dns"),
        ('[network.center]\naddress = "192.168.1.20/24"', "network.center.interface"),
        ('[network.center]\ninterface = "enp2s0; reboot"', "network.center.interface"),
        ('[time]\nservers = ["a b"]', "time.servers"),
        ('[settings]\ninstitution_code = "1319999999"', "settings.institution_code"),
        ("settings = 1", "settings"),
        ('[[consumer]]\nname = "EMR 1"\nkind = "mqtt"', "consumer.name"),
        ('[[consumer]]\nname = "emr"\nkind = "fax"', "consumer.kind"),
        ('[[consumer]]\nname = "emr"\nkind = "mqtt"\nshared = true', "consumer.shared"),
        ('[[consumer]]\nname = "a"\nkind = "folder"\nshared = "yes"', "consumer.shared"),
        (TWO_SHARED, "consumer.shared"),
        ("[clinic", "madoguchi.toml"),
        ("wifi = true", "wifi"),
    ],
)
def test_what_is_wrong_is_named(text: str, place: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_plan(text)
    assert caught.value.code == "SETUP-001"
    assert caught.value.detail.startswith(place)


def test_the_file_of_a_windows_editor(tmp_path: Path) -> None:
    (tmp_path / "madoguchi.toml").write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert plan_in(tmp_path).host_name == "uketsuke-1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "SETUP-002"),
        ("[clinic]\nname = 'みどり'".encode("cp932"), "SETUP-001"),
        (b"#" * (SIZE_LIMIT + 1), "SETUP-001"),
    ],
)
def test_a_stick_that_cannot_be_read(tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / "madoguchi.toml").write_bytes(content)
    with pytest.raises(Trouble, match=code):
        plan_in(tmp_path)
