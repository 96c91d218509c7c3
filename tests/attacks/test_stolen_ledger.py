"""Somebody has taken the ledger's file: what opens the box, or another place, cannot be read in it."""

import sqlite3
from contextlib import closing

import pyotp
import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, api_tokens, consumers, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.second_seal import SecondSeal
from tests.web.clinical_world import clinic_at
from tests.web.desk_world import PASSWORD, Desk


def bytes_of(desk: Desk) -> bytes:
    """All that the thief has: the file and its log."""
    files = [desk.box.ledger_file, desk.box.ledger_file.with_name(f"{desk.box.ledger_file.name}-wal")]
    return b"".join(path.read_bytes() for path in files if path.exists())


def test_neither_passwords_nor_tokens_nor_second_factors_stand_in_it(desk: Desk) -> None:
    consumers.add(desk.ledger, "chart", ConsumerKind.API, desk.now())
    cookie = desk.sign_in(Role.CLINICIAN)
    token = api_tokens.make(desk.ledger, "chart", "kanri", desk.now())
    secret = pyotp.random_base32()
    second_factor.install(desk.ledger, SecondSeal.of(desk.box), "clinician", secret, desk.now())
    found = bytes_of(desk)
    for what in (PASSWORD, cookie, token.partition(".")[2], secret):
        assert what.encode() not in found
    assert b"clinician" in found, "otherwise nothing would be found in it at all"


def test_what_stands_in_it_signs_nobody_in(desk: Desk) -> None:
    desk.sign_in(Role.ADMINISTRATOR)
    with closing(sqlite3.connect(desk.box.ledger_file)) as db:
        hashes = [str(row[0]) for row in db.execute("SELECT token_hash FROM sign_ins")]
        passwords = [str(row[0]) for row in db.execute("SELECT password_hash FROM accounts")]
    assert [accounts.account_of(desk.ledger, one, desk.now()) for one in hashes] == [None]
    assert all(one.startswith("$argon2id$") for one in passwords)


def test_a_second_factor_of_one_account_is_not_anothers(desk: Desk) -> None:
    """Whoever may write into the file cannot put the own secret in the place of a doctor's."""
    for name in ("clinician", "thief"):
        desk.sign_in(Role.CLINICIAN, name)
        second_factor.install(desk.ledger, SecondSeal.of(desk.box), name, pyotp.random_base32(), desk.now())
    rows = dict(desk.ledger.read.execute("SELECT account, secret FROM second_factors").fetchall())
    seal = SecondSeal.of(desk.box)
    assert seal.unsealed("thief", rows["thief"])
    with pytest.raises(Trouble, match="AUTH-009"):
        seal.unsealed("clinician", rows["thief"])


def test_medical_information_does_not_stand_in_it(desk: Desk) -> None:
    clinic = clinic_at(desk)
    page = clinic.opened(clinic.patient(), "drugs")
    drug = "ミホン"
    assert drug in page.text
    assert drug.encode() not in bytes_of(desk)
