"""Somebody else answers at the center's address: the box says so and shows neither question nor certificate."""

import ssl
from datetime import timedelta

import pytest

from appliance import identity
from appliance.demo import paths
from appliance.identity import ServerFiles
from appliance.ledger.times import utc_now
from tests.sync.center.clinic import HASTY, Clinic
from tests.sync.center.conftest import center, clinic, make_clinic, module_center
from tests.sync.center.scripted import scripted_server
from tests.sync.center.test_web_api import code_of, question

__all__ = ["center", "clinic", "make_clinic", "module_center"]

A_YEAR = timedelta(days=365)


def false_files(clinic: Clinic, kind: str) -> ServerFiles:
    """What the false center has: its own CA's, another name's, or one that was stolen and is over, or was made too early."""
    folder, now = paths.center_folder(clinic.center.state_folder), utc_now()
    theirs = identity.authority(folder, "thief-ca", "Demo center CA (not the national center)", now)
    right = identity.authority(folder, "center-ca", "", now)
    match kind:
        case "ca":
            return identity.server_files(theirs, folder, kind, ("localhost",), now)
        case "name":
            return identity.server_files(right, folder, kind, ("localhost.example",), now)
        case "over":
            return identity.server_files(right, folder, kind, ("localhost",), now - A_YEAR)
        case _:
            return identity.server_files(right, folder, kind, ("localhost",), now + A_YEAR)


@pytest.mark.parametrize("kind", ["ca", "name", "over", "early"])
def test_a_false_center_is_told_nothing(clinic: Clinic, kind: str) -> None:
    heard: list[ssl.SSLSocket] = []
    with scripted_server(false_files(clinic, kind), heard.append) as url:
        link = clinic.link(center_url=url, **HASTY)
        assert code_of(lambda: link.ask(question())) == "CENTER-001"
        assert code_of(link.probe) == "CENTER-001"
    assert heard == []


def test_the_same_server_with_the_right_certificate_is_asked(clinic: Clinic) -> None:
    """Without this the tests above would hold for a box that asks nobody."""
    folder = paths.center_folder(clinic.center.state_folder)
    right = identity.authority(folder, "center-ca", "", utc_now())
    files = identity.server_files(right, folder, "right", ("localhost",), utc_now())
    heard: list[ssl.SSLSocket] = []
    with scripted_server(files, heard.append) as url:
        link = clinic.link(center_url=url, **HASTY)
        assert code_of(lambda: link.ask(question())) != "CENTER-001"
    assert heard
