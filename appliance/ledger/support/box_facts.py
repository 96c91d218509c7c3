"""What a support bundle says of the box itself: its id, version, settings and the ledger as a file."""

import hashlib
import ssl
from dataclasses import fields
from importlib.metadata import version

from appliance.ledger.database import Ledger
from appliance.ledger.schema import MIGRATIONS
from appliance.ledger.support.writing import Lines, rows
from appliance.settings import Box, Settings

NEW = "new"
_ID_DIGITS = 8
_QUICK_CHECK_ROWS = 20

_TOLD = """
    institution_code other_institution_codes web_port broker_port tls_least trust_port upstream_mqtt center_kind
    center_connect_timeout center_read_timeout center_total_timeout center_workers terminal_face_shared terminal_face_age
    terminal_face_stay terminal_first_serial terminal_delete_results terminal_at_once terminal_look terminal_pickup
    terminal_patience retry_first retry_longest give_up_after outage_note_days check_days bulk_days card_evidence_minutes
    offer_first offer_longest folder_settle folder_patience folder_stay_minutes bulk_people bulk_at_once bulk_from bulk_until
    bulk_poll bulk_patience bulk_ticket_days follow_up_from bulk_requests_a_minute consumer_requests_a_minute
    consumer_request_days api_requests_a_minute api_longest_wait api_stream_lasts line_slow line_failures line_answers
    line_calm visit_timeout visit_ending visit_left visit_staff visit_look ask_specific_diseases ask_prescription
    ask_medical_subsidy pin_shuffled without_pin reader_test_at lock_after_minutes emergency_minutes second_factor_reception
    second_factor_clinician second_factor_administrator second_factor_maintenance
"""
TOLD = frozenset(_TOLD.split())
"""Settings whose value is told: numbers, choices, hours and the clinic's code."""

_SET_OR_NOT = """
    clinic_name web_host broker_host tls_names upstream_brokers upstream_consumers upstream_account upstream_password_file
    upstream_ca center_url terminal_req terminal_res terminal_face terminal_aside folder_root face_cameras face_model
"""
SET_OR_NOT = frozenset(_SET_OR_NOT.split())
"""Settings that somebody types freely: only whether there is anything is told."""


def box_id(box: Box) -> str:
    """By which a box is told from another: the first digits of its CA's fingerprint, which its trust page shows; `NEW` before it has one."""
    try:
        certificate = ssl.PEM_cert_to_DER_cert((box.tls_dir / "ca.pem").read_text("ascii"))
    except (OSError, ValueError):
        return NEW
    return hashlib.sha256(certificate).hexdigest()[:_ID_DIGITS].upper()


def about(box: Box) -> Lines:
    """The box's id and the program's version."""
    yield from rows({"装置のID": box_id(box), "プログラムの版": version("madoguchi")})


def settings_told(settings: Settings) -> Lines:
    """Each setting of `TOLD` with its value, each of `SET_OR_NOT` as set or not, and no other."""
    for item in fields(Settings):
        value = getattr(settings, item.name)
        if item.name in TOLD:
            yield f"{item.name}: {', '.join(value) if isinstance(value, tuple) else value}"
        elif item.name in SET_OR_NOT:
            yield f"{item.name}: {'（設定あり）' if value else '（設定なし）'}"


def ledger_told(ledger: Ledger) -> Lines:
    """Whether the file is sound, how large it is, and which migrations it has. Reads the whole file."""
    found = ledger.read.execute(f"PRAGMA quick_check({_QUICK_CHECK_ROWS})").fetchall()
    applied = [one.name for one in MIGRATIONS.applied(ledger.read)]
    waiting = [one.name for one in MIGRATIONS.pending(ledger.read)]
    yield from rows(
        {
            "点検": " / ".join(str(row[0]) for row in found),
            "大きさ（バイト）": ledger.size,
            "適用済みの移行": len(applied),
            "最後の移行": max(applied, default="なし"),
            "まだの移行": ", ".join(waiting) or "なし",
        }
    )
    yield from (f"  {name}" for name in sorted(applied))
