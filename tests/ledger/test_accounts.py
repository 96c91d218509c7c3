from datetime import timedelta

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, own_account
from appliance.ledger.accounts import GIVEN_LASTS, SIGN_IN_LASTS, Account, Role
from appliance.ledger.database import Ledger
from tests.ledger.desk import NOW

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _people(ledger: Ledger) -> None:
    accounts.add(ledger, "uketsuke", Role.RECEPTION, PASSWORD, NOW)


def test_the_right_password_signs_in(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    assert accounts.account_of(ledger, token, NOW) == Account("uketsuke", Role.RECEPTION)
    assert accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW) != token


@pytest.mark.parametrize(
    ("name", "password"),
    [("uketsuke", "wrong"), ("uketsuke", ""), ("nobody", PASSWORD), ("' OR 1=1 --", PASSWORD)],
)
def test_anything_else_is_refused_in_the_same_words(ledger: Ledger, name: str, password: str) -> None:
    with pytest.raises(Trouble) as caught:
        accounts.sign_in(ledger, name, password, NOW)
    assert (caught.value.code, caught.value.detail) == ("AUTH-001", "")


def test_neither_password_nor_token_stands_in_the_ledger(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    kept = "\n".join(ledger.read.conn.iterdump())
    assert "uketsuke" in kept
    assert PASSWORD not in kept
    assert token not in kept
    assert "$argon2id$" in kept


def test_a_sign_in_ends_after_its_time(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    assert accounts.account_of(ledger, token, NOW + SIGN_IN_LASTS * 0.999) is not None
    assert accounts.account_of(ledger, token, NOW + SIGN_IN_LASTS) is None


def test_a_sign_in_made_by_a_clock_far_ahead_is_none(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW + timedelta(days=365))
    assert accounts.account_of(ledger, token, NOW) is None
    soon = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW + timedelta(minutes=5))
    assert accounts.account_of(ledger, soon, NOW) is not None


def test_signing_in_sweeps_what_is_over(ledger: Ledger) -> None:
    accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW + SIGN_IN_LASTS)
    assert ledger.read.execute("SELECT count(*) FROM sign_ins").fetchone()[0] == 1


def test_signing_out_ends_this_sign_in_only(ledger: Ledger) -> None:
    first, second = (accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW) for _ in range(2))
    accounts.sign_out(ledger, first)
    assert accounts.account_of(ledger, first, NOW) is None
    assert accounts.account_of(ledger, second, NOW) is not None
    assert accounts.account_of(ledger, "", NOW) is None


def test_a_new_password_signs_out_whoever_used_the_old_one(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    accounts.add(ledger, "uketsuke", Role.ADMINISTRATOR, "another", NOW)
    assert accounts.account_of(ledger, token, NOW) is None
    with pytest.raises(Trouble):
        accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    found = accounts.account_of(ledger, accounts.sign_in(ledger, "uketsuke", "another", NOW), NOW)
    assert found == Account("uketsuke", Role.ADMINISTRATOR)


def test_a_disabled_account_is_out_at_once(ledger: Ledger) -> None:
    token = accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)
    with ledger.write() as db:
        db.execute("UPDATE accounts SET enabled = 0")
    assert accounts.account_of(ledger, token, NOW) is None
    with pytest.raises(Trouble, match="AUTH-001"):
        accounts.sign_in(ledger, "uketsuke", PASSWORD, NOW)


def test_a_password_that_was_given_ends_unless_its_owner_changes_it(ledger: Ledger) -> None:
    accounts.add(ledger, "momiji", Role.CLINICIAN, PASSWORD, NOW, is_given=True)
    accounts.add(ledger, "tablet", Role.PATIENT_SCREEN, PASSWORD, NOW, is_given=True)
    token = accounts.sign_in(ledger, "momiji", PASSWORD, NOW + GIVEN_LASTS)
    late = NOW + GIVEN_LASTS + timedelta(seconds=1)
    with pytest.raises(Trouble, match="AUTH-018"):
        accounts.sign_in(ledger, "momiji", PASSWORD, late)
    with pytest.raises(Trouble, match="AUTH-001"):
        accounts.sign_in(ledger, "momiji", "wrong", late)
    assert accounts.sign_in(ledger, "tablet", PASSWORD, late)
    own_account.change_password(ledger, "momiji", "quite another password 7", token, late)
    assert accounts.sign_in(ledger, "momiji", "quite another password 7", late + GIVEN_LASTS)
