import stat
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.settings import Box, Settings

GOOD = Settings(institution_code="1319999999")


@pytest.fixture
def box(box_dir: Path) -> Box:
    made = Box(box_dir / "state")
    made.create()
    return made


def refusal(box: Box, text: str | bytes) -> str:
    """The detail of BOX-001 for this `box.toml`."""
    box.settings_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Trouble) as caught:
        box.load()
    assert caught.value.code == "BOX-001"
    return caught.value.detail


def test_settings_survive_being_saved(box: Box) -> None:
    changed = replace(GOOD, clinic_name='見本"医院', web_port=0, retry_first=0.5, center_workers=1)
    for settings in (GOOD, changed):
        box.save(settings)
        assert box.load() == settings
    assert [path.name for path in box.root.iterdir() if path.is_file()] == ["box.toml"]


def test_a_change_keeps_what_an_engineer_wrote(box: Box) -> None:
    text = '# 歯科は2台目\ninstitution_code = "1319999999" # 医科\n\n[bad]\n'
    assert "bad" in refusal(box, text)
    with pytest.raises(Trouble, match="BOX-001"):
        box.change(clinic_name="x")
    assert box.settings_file.read_text("utf-8") == text
    box.settings_file.write_text(text.replace("\n[bad]\n", ""), "utf-8")
    changed = box.change(clinic_name="見本", other_institution_codes=("1339999995",), line_slow=5)
    assert changed == box.load()
    assert (changed.clinic_name, changed.other_institution_codes) == ("見本", ("1339999995",))
    kept = box.settings_file.read_text("utf-8")
    assert kept.startswith('# 歯科は2台目\ninstitution_code = "1319999999" # 医科\n')
    with pytest.raises(Trouble, match="bulk_from"):
        box.change(bulk_from="25:00")
    assert box.settings_file.read_text("utf-8") == kept


def test_only_the_institution_code_is_needed(box: Box) -> None:
    box.settings_file.write_text('institution_code = "1319999999"\n')
    assert box.load() == GOOD


def test_a_whole_number_will_do_for_a_time(box: Box) -> None:
    box.settings_file.write_text('institution_code = "1319999999"\ncenter_read_timeout = 7\n')
    assert box.load().center_read_timeout == 7


def test_a_yes_or_no_is_no_number(box: Box) -> None:
    box.settings_file.write_text('institution_code = "1319999999"\nterminal_face_shared = false\n')
    assert box.load() == replace(GOOD, terminal_face_shared=False)


def test_a_missing_file_is_named(box: Box) -> None:
    with pytest.raises(Trouble, match="BOX-001") as caught:
        box.load()
    assert "box.toml" in caught.value.detail


@pytest.mark.parametrize("text", ["institution_code = ", "= 1", b"clinic_name = '\xff'"])
def test_broken_toml_is_refused(box: Box, text: str | bytes) -> None:
    assert "box.toml" in refusal(box, text)


def test_a_missing_institution_code_is_named(box: Box) -> None:
    assert "institution_code" in refusal(box, 'clinic_name = "見本医院"')


@pytest.mark.parametrize("key", ["web_prot", "Web_port", "unknown"])
def test_an_unknown_key_is_named(box: Box, key: str) -> None:
    assert key in refusal(box, f'institution_code = "1319999999"\n{key} = 1')


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("institution_code", "1319999999"),
        ("institution_code", '"131999999"'),
        ("institution_code", '"13199999/+"'),
        ("institution_code", '"１３１９９９９９９９"'),
        ("institution_code", '"1319999999\\n"'),
        ("clinic_name", "5"),
        ("web_port", '"8443"'),
        ("web_port", "8443.0"),
        ("web_port", "true"),
        ("web_port", "-1"),
        ("broker_port", "65536"),
        ("center_workers", "2.5"),
        ("center_total_timeout", '"20"'),
        ("center_total_timeout", "false"),
        ("center_total_timeout", "-0.1"),
        ("center_total_timeout", "nan"),
        ("retry_longest", "inf"),
        ("web_host", "[]"),
        ("visit_timeout", "2026-04-01"),
        ("center_kind", '"carrier-pigeon"'),
        ("terminal_face_shared", "1"),
        ("terminal_face_shared", '"true"'),
        ("terminal_first_serial", "0"),
        ("terminal_first_serial", "10000"),
        ("terminal_at_once", "0"),
        ("terminal_look", "0"),
        ("upstream_brokers", '["mq1.example.jp"]'),
        ("upstream_brokers", '["mqtt://mq1.example.jp:8883"]'),
        ("upstream_brokers", '["mq1.example.jp:8883", "mq1.example.jp:8883"]'),
        ("upstream_brokers", '"mq1.example.jp:8883"'),
        ("upstream_consumers", '["Chart"]'),
        ("upstream_consumers", '["a/b"]'),
        ("upstream_mqtt", '"3.1"'),
        ("upstream_mqtt", "5"),
    ],
)
def test_a_value_no_box_can_work_with_is_named(box: Box, key: str, value: str) -> None:
    code = "" if key == "institution_code" else 'institution_code = "1319999999"\n'
    assert key in refusal(box, f"{code}{key} = {value}")


def test_a_save_that_fails_leaves_the_old_settings(box: Box) -> None:
    box.save(GOOD)
    (box.root / "box.toml.new").mkdir()
    with pytest.raises(OSError, match=r"box\.toml\.new"):
        box.save(replace(GOOD, web_port=1))
    assert box.load() == GOOD


def test_making_a_box_touches_nothing(box_dir: Path) -> None:
    Box(box_dir / "state")
    assert list(box_dir.iterdir()) == []


def test_the_folders_are_the_owners_alone_and_made_once(box: Box) -> None:
    box.create()
    folders = [
        box.root,
        box.bell_dir,
        box.run_dir,
        box.tls_dir,
        box.broker_dir,
        box.card_trust_dir,
        box.center_trust_dir,
    ]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert box.clinic_certificate.parent.is_dir()


def test_the_shared_folder_may_lie_elsewhere(box: Box) -> None:
    assert box.folder_root(GOOD) == box.root / "folder"
    assert box.folder_root(replace(GOOD, folder_root="/srv/oqs")) == Path("/srv/oqs")


def test_a_cluster_needs_its_nodes_and_an_account(box: Box) -> None:
    begun = 'institution_code = "1319999999"\n'
    nodes = 'upstream_brokers = ["mq1.example.jp:8883", "[::1]:8883"]\n'
    assert "upstream_account" in refusal(box, begun + nodes)
    assert "upstream_brokers" in refusal(box, begun + 'upstream_consumers = ["chart"]\n')
    box.settings_file.write_text(begun + nodes + 'upstream_account = "box"\nupstream_consumers = ["chart"]\n')
    assert box.load().upstream_brokers == ("mq1.example.jp:8883", "[::1]:8883")


def test_two_of_its_ports_are_never_the_same(box: Box) -> None:
    code = 'institution_code = "1319999999"\n'
    assert refusal(box, code + "trust_port = 8443\n") == "web_port と trust_port のポートが同じです: 8443"
    assert "broker_port" in refusal(box, code + "web_port = 8883\n")
    box.settings_file.write_text(code + "web_port = 0\nbroker_port = 0\ntrust_port = 0\n", "utf-8")
    assert box.load().web_port == 0
