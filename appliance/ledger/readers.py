"""Readers: bound by serial number, with the phase of the visit at each, for every screen to show."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Display, Hint, Language, Phase, Way
from appliance.ledger import visit_troubles
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class Manner:
    """How the visit at a reader goes on: the ways still open and the one being tried, how the screen is shown to this patient,
    whether the card was left behind. `sight`: the site has a way to prove a holder by a look of the staff. `phone`: a second
    reader for phones is there.
    """

    ways: tuple[Way, ...] = ()
    way: Way | None = None
    language: Language = Language.JAPANESE
    display: Display = field(default_factory=Display)
    card_left: bool = False
    hint: Hint | None = None
    sight: bool = False
    phone: bool = False


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One reader. `key` names the device itself (serial and slot), `number` the desk it stands at.

    `profile` is the id of its model, empty when nobody has said it; `delivered_on` when the clinic got it. `recovery` is what
    was tried last to bring a failing reader back, at `recovery_at`.
    `institution_code` is under which code of the house its cards are asked about; empty: the box's own. `phone_of` is the key of
    the reader whose patients hold their phones to this one; empty: it is a reader for cards, with a screen of its own.
    """

    key: str
    number: int
    label: str
    enabled: bool
    phase: Phase
    visit: str | None
    tries_left: int | None
    trouble_code: str | None
    staff_called: bool
    changed_at: datetime
    institution_code: str = ""
    phone_of: str = ""
    profile: str = ""
    delivered_on: date | None = None
    recovery: Rung = Rung.NONE
    recovery_at: datetime | None = None
    manner: Manner = field(default_factory=Manner)

    @property
    def name(self) -> str:
        """How checks, topics and the hatch call this reader."""
        return str(self.number)


_PLAIN = Manner()


def adopt(ledger: Ledger, key: str, now: datetime, *, enabled: bool = True) -> Reader:
    """The reader with this key; one never seen before gets the next free number."""
    known = find_by_key(ledger, key)
    if known is not None:
        return known
    with ledger.write(Topic.READERS) as db:
        number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM readers").fetchone()[0]
        db.table("readers").insert(
            {
                "key": key,
                "number": number,
                "label": f"窓口{number}",
                "enabled": int(enabled),
                "phase": Phase.OFFLINE,
                "changed_at": to_text(now),
            },
            ignore=True,
        )
    adopted = find_by_key(ledger, key)
    if adopted is None:
        raise LookupError(key)
    return adopted


def enable(ledger: Ledger, key: str, *, enabled: bool) -> None:
    """Take a reader into service, or out of it: out of service no screen shows it and no card on it is read."""
    with ledger.write(Topic.READERS) as db:
        db.execute("UPDATE readers SET enabled = ? WHERE key = ?", [int(enabled), key])


def assign(ledger: Ledger, name: str, institution_code: str | None) -> bool:
    """Ask about cards on the reader of this name under another code of the house; None: the box's own. False: no such."""
    with ledger.write(Topic.READERS) as db:
        done = db.execute(
            "UPDATE readers SET institution_code = ? WHERE enabled = 1 AND CAST(number AS TEXT) = ?",
            [institution_code, name],
        )
        return bool(done.rowcount)


def read_phones_for(ledger: Ledger, name: str, first: str | None) -> None:
    """Let the reader called `name` read phones for the visits at `first`; None: let it be a reader for cards again.

    Raises `Trouble` INPUT-005 when there is no such reader, INPUT-001 when one of the two has another part already.
    """
    with ledger.write(Topic.READERS) as db:
        # One out of service keeps its part: it may come back to it.
        every = db.execute("SELECT * FROM readers").fetchall()
        rows = {str(row["number"]): row for row in every if row["enabled"]}
        if name not in rows or (first is not None and first not in rows):
            raise Trouble("INPUT-005", "その番号のカードリーダーはありません")
        key, first_key = rows[name]["key"], rows[first]["key"] if first else None
        taken = {row["phone_of"] for row in every if row["key"] != key}
        if first and (first == name or rows[first]["phone_of"] or {key, first_key} & taken):
            raise Trouble("INPUT-001", "どちらかのリーダーが、すでに組になっています")
        db.execute("UPDATE readers SET phone_of = ? WHERE key = ?", [first_key, key])


def describe(
    ledger: Ledger,
    name: str,
    *,
    profile: str | None = None,
    label: str | None = None,
    delivered_on: date | None = None,
) -> bool:
    """Say what is known of the reader of this name; None leaves a thing as it is. False: no such reader."""
    said = {
        "profile": profile,
        "label": label,
        "delivered_on": delivered_on.isoformat() if delivered_on else None,
    }
    with ledger.write(Topic.READERS) as db:
        done = db.execute(
            """UPDATE readers SET profile = coalesce(:profile, profile), label = coalesce(:label, label),
                      delivered_on = coalesce(:delivered_on, delivered_on)
               WHERE enabled = 1 AND CAST(number AS TEXT) = :name""",
            {**said, "name": name},
        )
        return bool(done.rowcount)


def set_up(
    ledger: Ledger,
    key: str,
    *,
    label: str,
    profile: str,
    delivered_on: date | None,
    institution_code: str | None,
) -> None:
    """Say all of it at once, in service or not. Empty and None: not known; of the code: the box's own."""
    with ledger.write(Topic.READERS) as db:
        db.execute(
            "UPDATE readers SET label = ?, profile = ?, delivered_on = ?, institution_code = ? WHERE key = ?",
            [label, profile, delivered_on.isoformat() if delivered_on else None, institution_code, key],
        )


def find_by_key(ledger: Ledger, key: str) -> Reader | None:
    """The reader with this key."""
    row = ledger.read.execute("SELECT * FROM readers WHERE key = ?", [key]).fetchone()
    return _reader(row) if row else None


def find(ledger: Ledger, name: str) -> Reader | None:
    """The enabled reader with this name (its number as text)."""
    return next((reader for reader in all_readers(ledger) if reader.name == name), None)


def all_readers(ledger: Ledger) -> tuple[Reader, ...]:
    """The enabled readers by number."""
    rows = ledger.read.execute("SELECT * FROM readers WHERE enabled = 1 ORDER BY number")
    return tuple(_reader(row) for row in rows)


def listed(ledger: Ledger) -> tuple[Reader, ...]:
    """All readers by number, those out of service too."""
    return tuple(_reader(row) for row in ledger.read.execute("SELECT * FROM readers ORDER BY number"))


def show(
    ledger: Ledger,
    key: str,
    now: datetime,
    *,
    phase: Phase,
    visit: str | None = None,
    tries_left: int | None = None,
    trouble_code: str | None = None,
    staff_called: bool = False,
    manner: Manner = _PLAIN,
) -> None:
    """Write down where the visit at this reader stands; rings the bell only when that is news.

    A trouble that is new to the visit is counted too, see `visit_troubles`.
    """
    wanted = (phase.value, visit, tries_left, trouble_code, int(staff_called), *_manner_columns(manner))
    row = ledger.read.execute(
        """SELECT phase, visit, tries_left, trouble_code, staff_called, ways, way, language, display, card_left, hint,
                  sight, phone
           FROM readers WHERE key = ?""",
        [key],
    ).fetchone()
    if row is not None and tuple(row) == wanted:
        return
    with ledger.write(Topic.READERS) as db:
        db.execute(
            """UPDATE readers SET phase = ?, visit = ?, tries_left = ?, trouble_code = ?, staff_called = ?,
                      ways = ?, way = ?, language = ?, display = ?, card_left = ?, hint = ?, sight = ?, phone = ?,
                      changed_at = ?
               WHERE key = ?""",
            [*wanted, to_text(now), key],
        )
        if row is not None and trouble_code and (visit, trouble_code) != (row["visit"], row["trouble_code"]):
            visit_troubles.note_in(db, key, trouble_code, now)


def show_recovery(ledger: Ledger, key: str, rung: Rung, now: datetime) -> None:
    """Write down what is being tried to bring this reader back; rings the bell only when that is news."""
    known = find_by_key(ledger, key)
    if known is None or known.recovery is rung:
        return
    with ledger.write(Topic.READERS) as db:
        at = to_text(now) if rung is not Rung.NONE else None
        db.execute("UPDATE readers SET recovery = ?, recovery_at = ? WHERE key = ?", [rung, at, key])


def _manner_columns(manner: Manner) -> tuple[str | int | None, ...]:
    display = ",".join(name for name, wanted in asdict(manner.display).items() if wanted)
    return (
        ",".join(manner.ways),
        manner.way,
        manner.language.value,
        display,
        int(manner.card_left),
        manner.hint,
        int(manner.sight),
        int(manner.phone),
    )


def _manner(row: Any) -> Manner:
    return Manner(
        ways=tuple(Way(one) for one in row["ways"].split(",") if one),
        way=Way(row["way"]) if row["way"] else None,
        language=Language(row["language"]),
        display=Display(**dict.fromkeys(filter(None, row["display"].split(",")), True)),
        card_left=bool(row["card_left"]),
        hint=Hint(row["hint"]) if row["hint"] else None,
        sight=bool(row["sight"]),
        phone=bool(row["phone"]),
    )


def _reader(row: Any) -> Reader:
    return Reader(
        key=row["key"],
        number=row["number"],
        label=row["label"],
        enabled=bool(row["enabled"]),
        phase=Phase(row["phase"]),
        visit=row["visit"],
        tries_left=row["tries_left"],
        trouble_code=row["trouble_code"],
        staff_called=bool(row["staff_called"]),
        changed_at=from_text(row["changed_at"]),
        institution_code=row["institution_code"] or "",
        phone_of=row["phone_of"] or "",
        profile=row["profile"] or "",
        delivered_on=date.fromisoformat(row["delivered_on"]) if row["delivered_on"] else None,
        recovery=Rung(row["recovery"]),
        recovery_at=from_text(row["recovery_at"]) if row["recovery_at"] else None,
        manner=_manner(row),
    )
