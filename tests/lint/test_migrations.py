"""A number is given to one migration. Some were given to several before that was asked for; boxes have applied these, so they stay."""

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlite_utils import Database

from appliance.ledger.schema import MIGRATIONS

GIVEN_TWICE = """
0007_certificates 0007_line
0010_tasks 0010_what_was_assumed
0012_history 0012_history_rows 0012_one_house
0014_reader_profiles 0014_reader_recovery 0014_reader_self_tests
0015_phone_readers 0015_reader_test_wishes
0016_account_wishes 0016_assets 0016_audit_by_day 0016_desk_ticks 0016_second_factor 0016_settings_in_use 0016_statistics 0016_trials
0023_attending_anybody 0023_consumer_requests 0023_consumer_terms
0024_consumer_extras 0024_notices
0030_api_consumers 0030_delivery_turns
0033_backups 0033_delivery_turns_counted
0034_audit_chain 0034_first_start 0034_locked_sign_ins 0034_maintenance_windows 0034_notices_given_up 0034_result_places 0034_screens 0034_second_ways
0040_backup_drills 0040_removal_indexes 0040_removals
"""
"""They are applied in the order of their whole names, so that each box has them in the same order."""


def numbers_given_twice(names: Iterable[str]) -> list[str]:
    """The names that share their number with another, in order."""
    sharing: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        sharing[name.partition("_")[0]].append(name)
    return [name for group in sharing.values() if len(group) > 1 for name in group]


def _names() -> list[str]:
    return [one.name for one in MIGRATIONS.pending(Database(memory=True))]


def test_a_new_migration_has_a_number_of_its_own() -> None:
    assert numbers_given_twice(_names()) == GIVEN_TWICE.split()


def test_a_migration_is_named_by_four_digits_and_words() -> None:
    assert [name for name in _names() if not re.fullmatch(r"\d{4}(_[a-z]+)+", name)] == []


def test_a_number_that_is_given_twice_is_found() -> None:
    assert numbers_given_twice(["0042_a", "0041_b", "0041_a"]) == ["0041_a", "0041_b"]
