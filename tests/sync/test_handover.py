"""The one file for the vendor: what is in it works as it stands, and only until somebody takes it back."""

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from appliance.contract_files import contract_files
from appliance.ledger import account_wishes, consumers
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync.account_lane import AccountLane
from appliance.sync.consumer_accounts import close_account, open_account
from appliance.sync.handover import Account, Rights, pack, rights_in
from appliance.sync.topics import Topics
from tests.crash.dying_box import survives
from tests.sync.station import BOUND, Station, answer_check

SH = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def unpacked(file: Path, into: Path) -> Path:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(into)
    (folder,) = into.iterdir()
    return folder


@pytest.fixture
def handed(station: Station, tmp_path: Path) -> Path:
    """What a vendor has after unpacking."""
    file = open_account(station.box, station.settings, station.ledger, "emr", utc_now())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return unpacked(file, tmp_path / "vendor")


def started(folder: Path, line: str, **how: Any) -> "subprocess.Popen[bytes]":
    """One block of the README in a shell, as pasted. Debian's node looks for libraries where others do not."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {"PATH": path, "NODE_PATH": "/usr/share/nodejs", "HOME": str(folder)}
    return subprocess.Popen(["bash", "-ec", line], cwd=folder, env=environment, **how)


def test_every_line_to_paste_works(station: Station, handed: Path) -> None:
    """MQ-220: the lines of the README, as they are written, one block after another in one folder."""
    connect, hello, *consumer_lines = SH.findall((handed / "README.md").read_text("utf-8"))
    station.start_lane()
    with started(handed, connect, stdout=subprocess.PIPE) as listening:
        out, _ = listening.communicate(timeout=BOUND)
    assert listening.returncode == 0
    assert json.loads(out.decode().partition(" ")[2])["state"] == "online"
    with started(handed, f". ./env.sh\n{hello}") as greeting:
        assert greeting.wait(BOUND) == 0
    assert len(consumer_lines) == 2
    for line in consumer_lines:
        check_id = answer_check(station.ledger)
        with started(handed, f"exec {line}", stdout=subprocess.PIPE) as consumer:
            station.until_acknowledged(check_id, "emr")
            consumer.terminate()
            out, _ = consumer.communicate(timeout=BOUND)
        delivery_id = station.delivery(check_id, "emr").id
        assert f"stored {delivery_id} answered 有効" in out.decode()
        with started(handed, f"{line.strip()} --stored", stdout=subprocess.PIPE) as looking:
            assert looking.communicate(timeout=BOUND)[0].decode().split() == [delivery_id]


def test_everything_is_in_it_and_the_secrets_are_for_the_owner(station: Station, handed: Path) -> None:
    names = {path.relative_to(handed).as_posix() for path in handed.rglob("*") if path.is_file()}
    own = {"README.md", "credentials.json", "env.sh", "ca.pem"}
    readmes = ("handover.ja.md", "handover-cluster.ja.md")
    assert names == own | {f"contract/{name}" for name, _ in contract_files() if name not in readmes}
    assert "contract/schema/eligibility.schema.json" in names
    facts = json.loads((handed / "credentials.json").read_text("utf-8"))
    topics = station.topics
    assert facts["topic"] == topics.eligibility("emr")
    assert set(facts["may_write"]) == {topics.ack("emr"), topics.hello("emr"), topics.request("emr")}
    assert facts["request_topic"] == topics.request("emr")
    readme = (handed / "README.md").read_text("utf-8")
    assert facts["password"] not in readme
    assert re.findall(r"\{[a-z]+\}", readme) == []
    with zipfile.ZipFile(account_wishes.handover_file(station.box, "emr")) as archive:
        modes = {entry.filename.partition("/")[2]: entry.external_attr >> 16 for entry in archive.infolist()}
    assert {name for name, mode in modes.items() if mode & 0o077 == 0} == {"credentials.json", "env.sh"}


def test_who_may_hand_in_lists_is_told_the_topics_for_it(station: Station, tmp_path: Path) -> None:
    consumers.put(station.ledger, "emr", ConsumerKind.MQTT, FolderTerms(), utc_now(), ListTerms(Lists.NOW))
    file = open_account(station.box, station.settings, station.ledger, "emr", utc_now())
    facts = json.loads((unpacked(file, tmp_path) / "credentials.json").read_text("utf-8"))
    assert station.topics.bulk_request("emr") in facts["may_write"]


def test_a_revoked_consumer_is_cut_off_and_nobody_else(station: Station) -> None:
    """MQ-221: the connection that stands, not only the next one. A new password is such an end, too."""
    emr, other = station.consumer("emr"), station.consumer("other")
    lost = {name: _ends(one.client) for name, one in (("emr", emr), ("other", other))}
    consumers.remove(station.ledger, "emr")
    close_account(station.box, station.settings, station.ledger, "emr", utc_now())
    assert lost["emr"].wait(5)
    assert station.consumer("emr", listen=()).connected.is_failure
    assert not other.hello().is_failure
    assert not lost["other"].is_set()
    open_account(station.box, station.settings, station.ledger, "other", utc_now())
    assert lost["other"].wait(5)


def _ends(client: Any) -> threading.Event:
    over = threading.Event()
    client.on_disconnect = lambda *_: over.set()
    return over


def test_who_was_revoked_while_sync_slept_has_no_account_after_the_brokers_next_start(
    station: Station,
) -> None:
    consumers.remove(station.ledger, "emr")
    station.kill_broker()
    station.start_broker()
    assert station.consumer("emr", listen=()).connected.is_failure
    assert not station.consumer("other").connected.is_failure


def test_what_a_dead_process_left_of_a_file_is_gone_at_the_next_start(station: Station) -> None:
    """It holds a password. The files that wait for their vendors stay."""
    whole, taken = (
        open_account(station.box, station.settings, station.ledger, name, utc_now())
        for name in ("emr", "other")
    )
    assert not survives(lambda: _take_and_die(station.box, "other"))
    assert not taken.exists()
    assert len(list(whole.parent.iterdir())) == 2
    lane = AccountLane(station.box, station.settings, station.ledger, utc_now)
    lane.start()
    lane.stop()
    assert list(whole.parent.iterdir()) == [whole]


def _take_and_die(box: Box, name: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda _: os.kill(os.getpid(), signal.SIGKILL))
        account_wishes.take_handover(box, name)


def test_a_broker_for_everywhere_is_handed_over_under_the_boxs_name(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("CA")
    account = Account("emr", "pass word", "0.0.0.0", 8883, ca, Rights((), ()))  # noqa: S104
    with zipfile.ZipFile(io.BytesIO(pack(account, Topics("1399999996"), utc_now()))) as archive:
        facts = json.loads(archive.read("madoguchi-emr/credentials.json"))
        environment = archive.read("madoguchi-emr/env.sh").decode()
    assert facts["host"] == os.uname().nodename
    assert "export EMR_PASSWORD='pass word'\n" in environment


def test_rights_are_read_from_the_brokers_own_file() -> None:
    acl = "user _box\ntopic readwrite a/#\n\nuser emr\ntopic read a/1\ntopic write a/2\n\nuser x\ntopic read a/3\n"
    assert rights_in(acl, "emr") == Rights(("a/1",), ("a/2",))
    assert rights_in(acl, "nobody") == Rights((), ())
