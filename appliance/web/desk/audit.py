"""Who did what: the audit trail by day, person and deed, with export. For administrators; looking is itself written down."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, make_response, render_template, request

from appliance.eligibility.fhir.audit_event import audit_event, in_bundle
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, audit_search
from appliance.ledger.audit import AuditRow
from appliance.ledger.audit_search import LONGEST, Looked
from appliance.ledger.bulk_export import ExportEncoding, table_as_lines
from appliance.ledger.retention import proofs
from appliance.ledger.times import JAPAN, clinic_day
from appliance.ledger.trail.deeds import DEED_LABELS, Deed
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.audit_words import spoken_action
from appliance.web.room import Room, here

AT_ONCE = 200
LONGEST_SUBJECT = 64
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_SEQ = re.compile(r"[0-9]{1,18}")
_BY_THE_DAY = {(proofs.BY_THE_CLOCK, proofs.REMOVED), (proofs.BY_THE_CLOCK, proofs.CLEANED)}
"""Who writes a row of which kind every hour: these stand in one line a day, or one would not see people's for them."""

HEADINGS = ("日時", "だれが", "何を", "記号", "対象の番号", "詳細")


@dataclass(frozen=True)
class Line:
    """One line of the page: a row, and the others of its day that it stands for."""

    row: AuditRow
    others: tuple[AuditRow, ...] = ()


@blueprint.get("/desk/audit")
@guard.allow(*ADMINISTRATORS)
def audit_page() -> Response:
    """The rows that are looked for, newest first; today's when nothing is said."""
    room = here()
    try:
        looked = _looked()
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        today = clinic_day(room.clock())
        return make_response(_page(Looked(today, today), trouble), errors.status_of(trouble))
    said_of = audit_search.for_the_trail(room.ledger, looked).spoken
    audit.write(room.ledger, guard.signed_in().name, "audit-viewed", "", room.clock(), said_of)
    return make_response(_page(looked, None))


@blueprint.post("/desk/audit/export")
@guard.allow(*ADMINISTRATORS)
def export_audit() -> Response:
    """All rows that are looked for, as CSV or as a Bundle of FHIR AuditEvents; they leave a row at a time."""
    room = here()
    looked = _looked()
    is_fhir = request.form.get("form") == "fhir"
    spoken = audit_search.for_the_trail(room.ledger, looked).spoken
    said_of = f"{spoken} FHIR" if is_fhir else spoken
    audit.write(room.ledger, guard.signed_in().name, "audit-exported", "", room.clock(), said_of)
    rows = audit_search.every(room.ledger, looked)
    answer, ending = (_as_fhir(room, rows), "json") if is_fhir else (_as_csv(rows), "csv")
    name = f"kiroku-{looked.first:%Y%m%d}-{looked.last:%Y%m%d}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _as_csv(rows: Iterator[AuditRow]) -> Response:
    encoding = ExportEncoding.SHIFT_JIS if request.form.get("encoding") == "cp932" else ExportEncoding.UTF_8
    cells = (
        [
            f"{row.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}",
            row.actor,
            spoken_action(row.action),
            row.action,
            row.subject,
            row.detail,
        ]
        for row in rows
    )
    charset = "Shift_JIS" if encoding is ExportEncoding.SHIFT_JIS else "UTF-8"
    lines = table_as_lines(HEADINGS, cells, encoding)
    return Response(lines, content_type=f"text/csv; charset={charset}")


def _as_fhir(room: Room, rows: Iterator[AuditRow]) -> Response:
    code = room.settings.institution_code
    events = (
        audit_event(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
            institution_code=code,
        )
        for row in rows
    )
    return Response(in_bundle(events, room.clock()), content_type="application/fhir+json")


def _page(looked: Looked, trouble: Trouble | None) -> str:
    room = here()
    older_than = request.args.get("before", "")
    before = int(older_than) if _SEQ.fullmatch(older_than) else None
    rows = () if trouble else audit_search.found(room.ledger, looked, AT_ONCE + 1, before)
    actors, actions = audit_search.choices(room.ledger, looked)
    return render_template(
        "desk/audit.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        looked=looked,
        lines=lines_of(rows[:AT_ONCE]),
        older=rows[AT_ONCE - 1].seq if len(rows) > AT_ONCE else None,
        actors=sorted({*actors, looked.actor} - {""}),
        actions=sorted({*actions, looked.action} - {""}, key=spoken_action),
        deeds=DEED_LABELS,
        spoken=spoken_action,
        japan=JAPAN,
        longest=LONGEST.days,
    )


def lines_of(rows: Iterable[AuditRow]) -> list[Line]:
    """The rows as lines, newest first. What the clock writes every hour stands where the newest of its day does."""
    groups: dict[object, list[AuditRow]] = {}
    for row in rows:
        is_grouped = (row.actor, row.action) in _BY_THE_DAY
        key = (clinic_day(row.at), row.action) if is_grouped else row.seq
        groups.setdefault(key, []).append(row)
    return [Line(first, tuple(others)) for first, *others in groups.values()]


def _looked() -> Looked:
    today = f"{clinic_day(here().clock())}"
    try:
        first = date.fromisoformat(request.values.get("first") or today)
        last = date.fromisoformat(request.values.get("last") or today)
    except ValueError as error:
        raise Trouble("INPUT-001", "日付を読めません") from error
    if first < _EARLIEST or last > _LATEST:  # no moment in Japan can be made of the very ends
        raise Trouble("INPUT-001", "日付を読めません")
    if not timedelta() <= last - first < LONGEST:
        raise Trouble(
            "INPUT-001", said("始まりから終わりまで、{days}日以内で選んでください", days=LONGEST.days)
        )
    deed = request.values.get("deed", "")
    if deed and deed not in set(Deed):
        raise Trouble("INPUT-001", "種類を選んでください")
    given = request.values
    return Looked(
        first,
        last,
        given.get("actor", ""),
        given.get("action", ""),
        deed,
        given.get("subject", "").strip()[:LONGEST_SUBJECT],
    )
