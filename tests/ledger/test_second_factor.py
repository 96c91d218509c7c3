"""The second factor in the ledger: codes count once and in their time, recovery codes too; secrets are sealed."""

from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.second_factor import RECOVERY_CODES, How
from appliance.ledger.second_seal import SecondSeal
from appliance.settings import Box
from tests.ledger.desk import NOW, after
from tests.ledger.disaster_desk import on_disk

NAME = "sensei"
STEP = 30


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def seal(box: Box) -> SecondSeal:
    return SecondSeal.of(box)


class Phone:
    """An authenticator, set up at `NOW` with a sign-in of its own."""

    def __init__(self, ledger: Ledger, seal: SecondSeal) -> None:
        self.ledger = ledger
        self.seal = seal
        accounts.add(ledger, NAME, Role.CLINICIAN, "a long enough password", NOW)
        self.token = self.sign_in()
        self.totp = pyotp.TOTP(second_factor.begin(ledger, seal, NAME))
        self.recovery = second_factor.confirm(ledger, seal, NAME, self.totp.at(NOW), self.token, NOW)

    def sign_in(self) -> str:
        return accounts.sign_in(self.ledger, NAME, "a long enough password", NOW)

    def is_proven(self, token: str) -> bool:
        found = accounts.account_of(self.ledger, token, after(1))
        return found is not None and found.is_proven

    def prove(self, typed: str, seconds: int) -> How:
        self.token = self.sign_in()
        return second_factor.prove(self.ledger, self.seal, NAME, typed, self.token, after(seconds))


@pytest.fixture
def phone(ledger: Ledger, seal: SecondSeal) -> Phone:
    return Phone(ledger, seal)


def refused(phone: Phone, typed: str, seconds: int) -> None:
    with pytest.raises(Trouble, match="AUTH-007"):
        phone.prove(typed, seconds)
    assert not phone.is_proven(phone.token)


def test_setting_up_completes_the_sign_in_it_was_done_in(phone: Phone) -> None:
    assert phone.is_proven(phone.token)
    assert not phone.is_proven(phone.sign_in())
    assert second_factor.is_set(phone.ledger, NAME)


@pytest.mark.parametrize(("of", "at"), [(60, 60), (60, 89), (60, 115), (60, 31)])
def test_a_code_is_taken_while_it_lasts_and_one_step_around(phone: Phone, of: int, at: int) -> None:
    assert phone.prove(phone.totp.at(after(of)), at) is How.CODE
    assert phone.is_proven(phone.token)


@pytest.mark.parametrize(("of", "at"), [(60, 150), (120, 60)])
def test_a_code_of_another_time_is_not(phone: Phone, of: int, at: int) -> None:
    refused(phone, phone.totp.at(after(of)), at)


def test_a_code_counts_once_and_so_does_none_before_it(phone: Phone) -> None:
    refused(phone, phone.totp.at(NOW), 1)  # the one that set it up
    code = phone.totp.at(after(90))
    assert phone.prove(code, 90) is How.CODE
    refused(phone, code, 91)
    refused(phone, phone.totp.at(after(60)), 91)
    assert phone.prove(phone.totp.at(after(120)), 120) is How.CODE


def test_a_clock_that_ran_ahead_locks_nobody_out(phone: Phone) -> None:
    month = int(timedelta(days=30).total_seconds())
    assert phone.prove(phone.totp.at(after(month)), month) is How.CODE
    assert phone.prove(phone.totp.at(after(60)), 60) is How.CODE


@pytest.mark.parametrize("typed", ["", "000000x", "12345", "１２３"])
def test_nonsense_is_refused(phone: Phone, typed: str) -> None:
    refused(phone, typed, 60)


def test_digits_of_a_japanese_keyboard_are_digits(phone: Phone) -> None:
    wide = phone.totp.at(after(60)).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert phone.prove(f" {wide[:3]} {wide[3:]} ", 60) is How.CODE


def test_a_recovery_code_counts_once_however_it_is_written(phone: Phone) -> None:
    assert len(set(phone.recovery)) == RECOVERY_CODES
    typed = phone.recovery[0].lower().replace("-", " ")
    assert phone.prove(typed, 60) is How.RECOVERY
    assert second_factor.codes_left(phone.ledger, NAME) == RECOVERY_CODES - 1
    refused(phone, phone.recovery[0], 61)


def test_another_account_cannot_use_them(phone: Phone) -> None:
    accounts.add(phone.ledger, "other", Role.CLINICIAN, "a long enough password", NOW)
    for typed in (phone.recovery[0], phone.totp.at(after(60))):
        with pytest.raises(Trouble, match="AUTH-007"):
            second_factor.prove(phone.ledger, phone.seal, "other", typed, "token", after(60))


def test_a_new_device_takes_the_place_of_the_old_one_only_when_confirmed(phone: Phone) -> None:
    fresh = pyotp.TOTP(second_factor.begin(phone.ledger, phone.seal, NAME))
    with pytest.raises(Trouble, match="AUTH-007"):
        second_factor.confirm(phone.ledger, phone.seal, NAME, "000000", phone.token, after(60))
    assert phone.prove(phone.totp.at(after(60)), 60) is How.CODE
    codes = second_factor.confirm(phone.ledger, phone.seal, NAME, fresh.at(after(90)), phone.token, after(90))
    refused(phone, phone.totp.at(after(120)), 120)
    refused(phone, phone.recovery[0], 120)
    assert phone.prove(codes[0], 120) is How.RECOVERY


def test_a_reset_forgets_all_and_signs_out(phone: Phone) -> None:
    assert second_factor.reset(phone.ledger, NAME, "kanri", after(60))
    assert accounts.account_of(phone.ledger, phone.token, after(60)) is None
    assert not second_factor.is_set(phone.ledger, NAME)
    assert second_factor.codes_left(phone.ledger, NAME) == 0
    assert not second_factor.reset(phone.ledger, NAME, "kanri", after(61))
    rows = [(row.actor, row.action) for row in audit.latest(phone.ledger, 9)]
    assert rows[0] == ("kanri", "second-factor-reset")


def test_neither_secret_nor_recovery_code_lies_in_the_ledger(phone: Phone, box: Box) -> None:
    left = on_disk(box.root)
    assert NAME.encode() in left
    assert phone.totp.secret.encode() not in left
    assert phone.recovery[0].encode() not in left
    assert phone.recovery[0].replace("-", "").encode() not in left
    assert box.second_factor_key.stat().st_mode & 0o777 == 0o600


def test_a_ledger_without_its_key_lets_nobody_in(phone: Phone, box: Box) -> None:
    box.second_factor_key.unlink()
    with pytest.raises(Trouble, match="AUTH-009"):
        phone.prove(phone.totp.at(after(60)), 60)
