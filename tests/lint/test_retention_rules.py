"""Every table of the ledger is named once in the rules of retention: with a rule, or as one that says nothing about anybody."""

import sqlite3
from contextlib import closing
from dataclasses import fields

from sqlite_utils import Database

from appliance.eligibility.retention import Ending, plain_tables, rules
from appliance.ledger.schema import MIGRATIONS
from appliance.settings import Settings


def tables() -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        MIGRATIONS.apply(Database(connection))
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return sorted(name for name in names if not name.startswith(("sqlite", "_")))


def test_every_table_has_a_rule_or_says_nothing_about_anybody() -> None:
    named = [table for rule in rules() for table in rule.tables] + list(plain_tables())
    assert sorted(named) == tables()


def test_every_rule_says_how_long_and_why() -> None:
    known = {field.name for field in fields(Settings)}
    assert len({rule.id for rule in rules()}) == len(rules())
    for rule in rules():
        counts = rule.ending is Ending.DAYS
        assert counts == (bool(rule.setting) != bool(rule.days)), rule.id
        assert not rule.setting or rule.setting in known, rule.id
        assert rule.label, rule.id
        assert rule.holds, rule.id
        assert rule.reason, rule.id
        assert bool(rule.since) == (rule.ending is not Ending.BOX), rule.id
