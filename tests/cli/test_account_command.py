"""`madoguchi account add`: who gets the password has to change it, unless it is said to be the owner's own."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.ledger import accounts
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

PASSWORD = "Asa-no-7ji ni 開ける"


@pytest.mark.parametrize(("words", "is_given"), [([], True), (["--keep"], False)])
def test_a_given_password_is_to_be_changed_and_a_kept_one_is_not(
    box_dir: Path, words: list[str], is_given: bool
) -> None:
    box = Box(box_dir)
    box.create()
    box.save(Settings(institution_code="1319999999"))
    add = ["account", "add", "hanako", "--role", "reception", "--password", PASSWORD, "--state", str(box_dir)]
    done = CliRunner().invoke(cli, [*add, *words])
    assert done.exit_code == 0, done.output
    ledger = Ledger.of(box)
    found = accounts.account_of(ledger, accounts.sign_in(ledger, "hanako", PASSWORD, utc_now()), utc_now())
    ledger.close()
    assert found is not None
    assert found.has_given_password is is_given


def test_an_approval_is_for_hours_and_not_for_ever(box_dir: Path) -> None:
    for minutes in ("5", "721", "99999999999999"):
        done = CliRunner().invoke(
            cli,
            ["account", "approve", "hoshu", "--purpose", "x", "--minutes", minutes, "--state", str(box_dir)],
        )
        assert done.exit_code == 2
        assert "15<=x<=720" in done.output
