"""Counts what was lost and what was done twice, from what everybody was told and what everybody has at the end."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from appliance.eligibility import message_xml
from appliance.eligibility.request_families import Family
from appliance.ledger import bulk_runs
from appliance.ledger.bulk_runs import RunState
from appliance.ledger.database import Ledger
from tests.crash.load import Said


@dataclass(frozen=True)
class Tally:
    """One sentence for each thing that was lost, and for each that was done twice."""

    lost: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def line(self) -> str:
        """As `make crash` says it, without the kills."""
        return f"lost {len(self.lost)} twice {len(self.twice)}"


def count(ledger: Ledger, said: Said, inbox: list[dict[str, Any]], asked: dict[str, dict[str, int]]) -> Tally:
    """`inbox` is what the EMR has stored, `asked` what the center says of each check."""
    rows = [dict(row) for row in ledger.read.execute("SELECT * FROM checks")]
    marks = Counter(mark for row in rows if (mark := _mark(row)))
    lost = (
        *_unsound(ledger),
        *_entries_lost(said, rows, marks),
        *_unanswered(ledger, rows),
        *_owed(ledger, rows, inbox),
        *_requests_lost(said),
        *_runs_lost(ledger, said),
        *(
            f"check {one} was asked and is not known"
            for one in asked
            if one not in {row["id"] for row in rows}
        ),
    )
    twice = (
        *(f"entry {mark} became {n} checks" for mark, n in marks.items() if n > 1),
        *(f"check {one} was worked out twice" for one, n in asked.items() if n["worked_out"] > 1),
        *_given_twice(ledger, inbox),
        *_requests_twice(said, rows),
        *_steps_twice(ledger),
    )
    return Tally(lost, twice)


def _mark(row: dict[str, Any]) -> str:
    if row["origin"] not in ("manual", "consumer") or row["request_xml"] is None:
        return ""
    info = message_xml.read_request(row["request_xml"]).message_body.qualification_confirm_search_info
    return (info.insured_card_symbol if info else "") or ""


def _unsound(ledger: Ledger) -> Iterator[str]:
    said = [row[0] for row in ledger.read.execute("PRAGMA integrity_check")]
    broken = ledger.read.execute("PRAGMA foreign_key_check").fetchall()
    if said != ["ok"] or broken:
        yield f"the ledger is not sound: {said[:3]} {len(broken)}"


def _entries_lost(said: Said, rows: list[dict[str, Any]], marks: Counter[str]) -> Iterator[str]:
    ids = {row["id"] for row in rows}
    for mark, check_id in said.entries.items():
        if check_id not in ids or not marks[mark]:
            yield f"entry {mark} was acknowledged and is not there"
    known = said.entries.keys() | said.unsure
    yield from (f"entry {mark} was never made" for mark in marks if mark not in known)


def _unanswered(ledger: Ledger, rows: list[dict[str, Any]]) -> Iterator[str]:
    results = {row[0] for row in ledger.read.execute("SELECT check_id FROM results")}
    for row in rows:
        if (row["state"] == "answered") is not (row["id"] in results):
            yield f"check {row['id']} is half answered"
        if row["state"] != "answered":
            yield f"check {row['id']} ({row['family']}) is {row['state']}"


def _owed(ledger: Ledger, rows: list[dict[str, Any]], inbox: list[dict[str, Any]]) -> Iterator[str]:
    owed = {
        (row["check_id"], row["consumer"]): dict(row)
        for row in ledger.read.execute("SELECT * FROM deliveries")
    }
    has = {one["delivery_id"] for one in inbox}
    consumers = [dict(row) for row in ledger.read.execute("SELECT name, kind FROM consumers")]
    for row in rows:
        for consumer in consumers:
            wants = row["asked_by"] == consumer["name"] or (
                consumer["kind"] == "mqtt" and row["family"] == Family.SINGLE
            )
            delivery = owed.get((row["id"], consumer["name"]))
            if wants and delivery is None:
                yield f"nobody owes check {row['id']} to {consumer['name']}"
            elif delivery is not None and delivery["state"] != "acknowledged":
                yield f"check {row['id']} is {delivery['state']} at {consumer['name']}"
            elif delivery is not None and consumer["kind"] == "mqtt" and delivery["id"] not in has:
                yield f"{consumer['name']} acknowledged check {row['id']} and does not have it"


def _requests_lost(said: Said) -> Iterator[str]:
    for suffix in said.dropped:
        if f"OQSsiquc01res_{suffix}.xml" not in said.imported:
            yield f"request {suffix} was never answered"


def _runs_lost(ledger: Ledger, said: Said) -> Iterator[str]:
    for run_id, people in said.runs.items():
        run = bulk_runs.find(ledger, run_id)
        if run is None or run.state is not RunState.DONE or run.answered != people:
            yield f"bulk run {run_id} is {run and (run.state.value, run.answered, run.trouble_code)}"


def _given_twice(ledger: Ledger, inbox: list[dict[str, Any]]) -> Iterator[str]:
    given = Counter(one["check_id"] for one in inbox)
    yield from (f"the EMR has check {one} under {n} ids" for one, n in given.items() if n > 1)
    yield from (
        f"check {row[0]} is owed {row[2]} times to {row[1]}"
        for row in ledger.read.execute(
            "SELECT check_id, consumer, count(*) FROM deliveries GROUP BY 1, 2 HAVING count(*) > 1"
        )
    )


def _requests_twice(said: Said, rows: list[dict[str, Any]]) -> Iterator[str]:
    names = Counter(row["source_name"] for row in rows if row["source_name"])
    yield from (f"request {one} became {n} checks" for one, n in names.items() if n > 1)
    yield from (
        f"{one} came with {len(all_)} contents" for one, all_ in said.imported.items() if len(all_) > 1
    )


def _steps_twice(ledger: Ledger) -> Iterable[str]:
    """More jobs handed in than there are chunks: all of them belong to the one kind of run that is made here."""
    handed_in = ledger.read.execute("SELECT count(*) FROM checks WHERE family = ?", [Family.BULK]).fetchone()[
        0
    ]
    sent = ledger.read.execute("SELECT count(*) FROM bulk_chunks WHERE state != 'waiting'").fetchone()[0]
    return (f"{handed_in} jobs were handed in for {sent} chunks",) if handed_in > sent else ()


def as_text(tally: Tally) -> str:
    """The first sentences, to be read by a person."""
    return json.dumps({"lost": tally.lost[:20], "twice": tally.twice[:20]}, ensure_ascii=False, indent=1)
