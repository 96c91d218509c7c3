"""`madoguchi vendor`: the check tells good consumers from bad ones; the starter takes what a clinic handed over."""

import json
import re
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli.main import cli
from appliance.cli.vendor.acts import ACTS
from appliance.cli.vendor.bench import Terms
from appliance.cli.vendor.benches import BENCHES, open_bench
from appliance.cli.vendor.credentials import Credentials, client_of, credentials_in
from appliance.cli.vendor.probes import Level, Line, Outcome, Probe, Verdict, probes
from appliance.cli.vendor.program import Commands
from appliance.cli.vendor.report import Report, as_html, as_line
from appliance.cli.vendor.watch import line, pretty
from appliance.contract_files import contract_folder
from appliance.demo.scenarios import scenario_named
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from appliance.sync.handover import Account, Rights, pack
from appliance.sync.topics import Topics

CONSUMER = contract_folder() / "consumers" / "consumer.py"
NOW = datetime(2026, 11, 22, 0, 5, 7, tzinfo=UTC)
FACTS = Credentials(
    "127.0.0.1", 8883, "ca.pem", "emr", "secret", "madoguchi/1/1399999996/consumer/emr/eligibility"
)
HEADLESS = """
import sys
sys.argv[0] = {name!r}
text = open({name!r}).read()
for old, new in {changes!r}:
    assert old in text, old
    text = text.replace(old, new)
exec(compile(text, {name!r}, "exec"))
"""


def said(*words: str) -> Result:
    return CliRunner().invoke(cli, ["vendor", *words])


def check(folder: Path, *words: str, changes: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """The verdicts on the reference consumer with its text changed, by probe; 0 or 1 is the exit status."""
    program = folder / "consumer.py"
    program.write_text(HEADLESS.format(name=str(CONSUMER), changes=changes), "utf-8")
    command = f"{sys.executable} {program} {{credentials}} {folder / 'inbox.db'}"
    page = folder / "report.html"
    words = ("--run", command, "--stored", f"{command} --stored", "--html", str(page), *words)
    done = said("check", *words)
    assert done.exit_code in (0, 1), done.output
    found = re.findall(
        r'<td class="verdict">([A-Z ]+)</td><td class="rules">[^<]*</td><td>([^<（]*)',
        page.read_text("utf-8"),
    )
    by_title = {one.title.partition("（")[0]: one.id for one in probes(ConsumerKind.MQTT)}
    verdicts = {by_title[title]: verdict for verdict, title in found}
    verdicts["exit"] = str(done.exit_code)
    return verdicts


def test_who_acknowledges_before_storing_is_found_out(tmp_path: Path) -> None:
    """It keeps what it has acknowledged in memory, and writes it down much later."""
    store = 'db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", [delivery_id, text])'
    changes = (
        (store, "rows.append((delivery_id, text))"),
        ("    def on_connect(", "    rows = []\n\n    def on_connect("),
    )
    found = check(tmp_path, "--only", "first-result", "--only", "killed-at-work", changes=changes)
    assert found == {"first-result": "PASS", "killed-at-work": "FAIL", "exit": "1"}


def test_who_stores_twice_and_stays_silent_at_repeats_is_found_out(tmp_path: Path) -> None:
    """As if every message were a new one; and a repeat that is known gets no acknowledgement."""
    changes = (
        ("delivery_id TEXT PRIMARY KEY", "delivery_id TEXT"),
        (
            '        client.publish(f"{own}/ack"',
            '        if result["attempt"] == 1: client.publish(f"{own}/ack"',
        ),
    )
    found = check(tmp_path, "--patience", "2", "--only", "repeat", "--only", "stored-once", changes=changes)
    assert found == {"repeat": "FAIL", "stored-once": "FAIL", "exit": "1"}


def test_who_says_no_hello_or_dies_of_a_rare_result_is_found_out(tmp_path: Path) -> None:
    """What it dies of would come again for ever."""
    changes = (
        (
            "        validity = result",
            '        if result["state"] == "refused": import os; os._exit(3)\n        validity = result',
        ),
        ('client.publish(f"{own}/hello"', 'client.is_connected() or client.publish(f"{own}/hello"'),
    )
    found = check(tmp_path, "--patience", "2", "--only", "refused", "--only", "hello", changes=changes)
    assert found == {"hello": "FAIL", "refused": "FAIL", "exit": "1"}


def test_what_cannot_be_looked_at_is_not_seen_and_nobody_at_all_is_a_trouble(tmp_path: Path) -> None:
    command = f"{sys.executable} {CONSUMER} {{credentials}} {tmp_path / 'inbox.db'}"
    done = said("check", "--run", command, "--only", "first-result", "--only", "stored-once")
    assert done.exit_code == 3, done.output
    assert "NOT SEEN" in done.output
    nobody = said("check", "--run", f"{sys.executable} -c 1", "--wait", "0.5")
    assert nobody.exit_code == 1
    assert "BROKER-010" in nobody.output
    assert "INPUT-001" in said("check").output
    assert "INPUT-001" in said("check", "--run", "x", "--only", "nothing").output
    assert "INPUT-001" in said("check", "--run", str(tmp_path / "no-such-program")).output


def test_the_rows_of_the_check_hang_together() -> None:
    readme = (contract_folder() / "README.md").read_text("utf-8")
    rules = set(re.findall(r"\*\*((?:MQ|API|FO)-[0-9]{3})\*\*", readme))
    everything = [one for kind in BENCHES for one in probes(kind)]
    assert len({one.id for one in everything}) == len(everything) > 90
    for probe in everything:
        assert probe.rules, probe.id
        assert set(probe.rules) <= rules, probe.id
        assert probe.act in ACTS, probe.id
        assert probe.needs in ("", "run", "stored"), probe.id
        for name in probe.answers if probe.offer is None else ():
            scenario_named(name)
    assert {one.act for one in everything} == set(ACTS)
    for kind in BENCHES:
        listed = said("check", "--kind", kind.value, "--list").output.splitlines()
        assert len(listed) == len(probes(kind))


def test_what_a_product_does_not_offer_is_outside_and_no_pass(tmp_path: Path) -> None:
    command = f"{sys.executable} {CONSUMER} {{credentials}} {tmp_path / 'inbox.db'}"
    only = ("--only", "hello", "--only", "ask-taken", "--only", "list-parts", "--only", "task-raised")
    done = said("check", "--run", command, *only)
    assert done.exit_code == 0, done.output
    assert "（PASS 1、FAIL 0、NOT SEEN 0、対象外 3）" in done.output
    assert "--takes tasks の指定がありません" in done.output


def test_the_report_says_what_is_binding_and_escapes_what_others_wrote() -> None:
    must, should = (Probe("x", "見る", ("MQ-040",), "hello", level) for level in Level)
    failed = Outcome(Verdict.FAIL, "<b>")
    assert not Line(should, failed).is_failure
    assert as_line(Line(should, failed)).startswith("FAIL     MQ-040         見る（推奨）")
    bad = Report((Line(must, failed), Line(should, Outcome(Verdict.NOT_SEEN))), NOW, NOW, "<script>")
    assert "守っていないところがあります（PASS 0、FAIL 1、NOT SEEN 1、対象外 0）" in bad.summary
    page = as_html(bad)
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_the_starter_takes_the_file_a_clinic_handed_over(box_dir: Path, tmp_path: Path) -> None:
    box = Box(box_dir / "state")
    prepare(box, Settings(institution_code="1319999999", broker_port=0)).close()
    added = CliRunner().invoke(cli, ["--state", str(box.root), "consumer", "add", "chart", "--kind", "mqtt"])
    handed = json.loads(added.stdout)["handover"]
    folder = tmp_path / "mine"
    assert said("new", str(folder), "--from", handed).exit_code == 0
    assert {path.name for path in folder.iterdir()} == {
        "README.md",
        "consumer.py",
        "consumer.js",
        "consumer_api.py",
        "credentials",
    }
    credentials, ca = credentials_in(folder / "credentials" / "credentials.json")
    assert (credentials.username, credentials.own.rpartition("/")[2]) == ("chart", "chart")
    assert ca == (box.tls_dir / "ca.pem").read_text("ascii")
    assert stat.S_IMODE((folder / "credentials" / "credentials.json").stat().st_mode) == 0o600
    assert "INPUT-001" in said("new", str(folder)).output
    assert said("new", str(tmp_path / "bare")).exit_code == 0
    no_credentials = tmp_path / "x.json"
    no_credentials.write_text("[]")
    assert "INPUT-002" in said("new", str(tmp_path / "other"), "--from", str(no_credentials)).output
    assert not (tmp_path / "other").exists(), "so that it can be tried again"
    assert "INPUT-002" in said("watch", "--from", str(no_credentials)).output


def test_the_starter_takes_a_file_without_a_ca(tmp_path: Path) -> None:
    """A cluster whose certificate the system knows anyway."""
    nodes = ("mq1.example:8883",)
    account = Account("chart", "", "mq1.example", 8883, None, Rights((), ()), nodes)
    handed = tmp_path / "handed.zip"
    handed.write_bytes(pack(account, Topics("1319999999"), NOW))
    assert said("new", str(tmp_path / "mine"), "--from", str(handed)).exit_code == 0
    credentials, ca = credentials_in(tmp_path / "mine" / "credentials" / "credentials.json")
    assert (credentials.host, credentials.ca, ca) == ("mq1.example", None, "")
    client_of(credentials, ca, (), lambda _topic, _payload: None)


def test_a_box_that_is_no_demo_is_never_played_into(box_dir: Path) -> None:
    box = Box(box_dir / "state")
    prepare(box, Settings(institution_code="1319999999")).close()
    refused = CliRunner().invoke(cli, ["--state", str(box.root), "vendor", "play", "valid"])
    assert (refused.exit_code, refused.stderr[:8]) == (1, "DEMO-001")
    assert "DEMO-002" in CliRunner().invoke(cli, ["--state", str(box.root), "vendor", "play", "x"]).output
    listed = said("play", "--list", "--json")
    assert {row["scenario"] for row in json.loads(listed.stdout)} >= {"valid", "refused", "center-down"}


def test_watch_takes_what_comes_only_when_asked_to(tmp_path: Path) -> None:
    with open_bench(ConsumerKind.MQTT, tmp_path / "own", Commands(), Terms()) as bench:
        (delivery_id,) = bench.deliver("valid")
        for words, taken in (((), False), (("--ack", "--full"), True)):
            command = [sys.executable, "-m", "appliance", "vendor", "watch", "--from", str(bench.credentials)]
            with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True) as watching:
                assert watching.stdout is not None
                wanted = '"name": "見本　太郎"' if taken else f"eligibility      {delivery_id} "
                assert any(wanted in said for said in watching.stdout)
                assert bench.witness.until(lambda: bench.witness.acks(delivery_id) > 0, 20.0 * taken) is taken
                watching.send_signal(signal.SIGINT)
                watching.stdout.read()
            assert watching.returncode == 0


@pytest.mark.parametrize(
    ("tail", "message", "shown"),
    [
        (
            "consumer/emr/eligibility",
            {
                "delivery_id": "ab",
                "attempt": 2,
                "state": "answered",
                "body": {"qualification_validity_label": "有効"},
                "results": [{"name": "見本　花子"}],
            },
            "09:05:07 eligibility      ab 2回目 answered 有効 資格1件",
        ),
        ("box/state", {"state": "online"}, "09:05:07 box/state        online"),
        ("reader/1/state", {"phase_label": "暗証番号を入力中"}, "09:05:07 reader/1/state   暗証番号を入力中"),
        ("consumer/emr/later", {"body": 1, "results": 2}, "09:05:07 later           "),
    ],
)
def test_watch_says_what_comes_and_names_nobody(tail: str, message: dict[str, object], shown: str) -> None:
    payload = json.dumps(message).encode()
    assert line(FACTS, f"madoguchi/1/1399999996/{tail}", payload, NOW).rstrip() == shown.rstrip()
    assert json.loads(pretty(payload)) == message
    assert line(FACTS, "madoguchi/1/1399999996/box/state", b"\xff", NOW) == "09:05:07 box/state       "
