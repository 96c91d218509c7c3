"""The clinic's certificates, their public side: which are held, which one is in use. Keys are not in the ledger."""

from datetime import datetime, timedelta
from typing import Any

from appliance.eligibility.certificate import HeldCertificate, Place
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


def held(ledger: Ledger) -> tuple[HeldCertificate, ...]:
    """All of them, the newest first."""
    rows = ledger.read.execute("SELECT * FROM certificates ORDER BY added_at DESC, fingerprint")
    return tuple(_certificate(row) for row in rows)


def find(ledger: Ledger, name: str) -> HeldCertificate:
    """The one whose fingerprint is `name` or begins with it (8 digits or more). Raises `Trouble` CERT-008."""
    plain = name.replace(":", "").lower()
    found = [one for one in held(ledger) if len(plain) >= 8 and one.fingerprint.startswith(plain)]
    if len(found) != 1:
        raise Trouble("CERT-008", "指紋に合う証明書がありません" if not found else "指紋が短すぎます")
    return found[0]


def add(ledger: Ledger, new: HeldCertificate) -> HeldCertificate:
    """Write down a certificate whose key is safe. One that is held already keeps its place."""
    row = {
        "fingerprint": new.fingerprint,
        "institution_code": new.institution_code,
        "place": new.place,
        "subject": new.subject,
        "issuer": new.issuer,
        "chain": new.chain,
        "anchored": int(new.anchored),
        "not_before": to_text(new.not_before),
        "not_after": to_text(new.not_after),
        "added_by": new.added_by,
        "added_at": to_text(new.added_at),
        "kept": new.kept,
    }
    with ledger.write() as db:
        db.table("certificates").insert(row, pk="fingerprint", ignore=True)
        if new.place is Place.OFFERED:  # offered once more: the time to decide starts anew
            db.execute(
                "UPDATE certificates SET added_at = ?, added_by = ? WHERE fingerprint = ? AND place = 'offered'",
                [row["added_at"], new.added_by, new.fingerprint],
            )
    return find(ledger, new.fingerprint)


def accept(ledger: Ledger, fingerprint: str) -> HeldCertificate:
    """A person has looked at an offered one and keeps it; it waits. Raises `Trouble` CERT-008."""
    one = find(ledger, fingerprint)
    with ledger.write() as db:
        db.execute(
            "UPDATE certificates SET place = 'waiting' WHERE fingerprint = ? AND place = 'offered'",
            [one.fingerprint],
        )
    return find(ledger, fingerprint)


def activate(ledger: Ledger, fingerprint: str, now: datetime) -> HeldCertificate:
    """Use this one for its institution code from now on; the one before stays at hand.

    Raises `Trouble`: CERT-008 (unknown, or not accepted yet), CERT-006 (over), CERT-007 (not yet valid).
    """
    one = find(ledger, fingerprint)
    if one.place is Place.OFFERED:
        raise Trouble("CERT-008", "まだ受け入れていません")
    if now >= one.not_after:
        raise Trouble("CERT-006", said("{day} まで", day=one.last_day.isoformat()))
    if now < one.not_before:
        raise Trouble("CERT-007", said("{day} から", day=one.first_day.isoformat()))
    with ledger.write() as db:
        db.execute(
            "UPDATE certificates SET place = 'retired' WHERE place = 'active' AND institution_code = ?",
            [one.institution_code],
        )
        db.execute(
            "UPDATE certificates SET place = 'active', refused_at = NULL WHERE fingerprint = ?",
            [one.fingerprint],
        )
    return find(ledger, fingerprint)


def remove(ledger: Ledger, fingerprint: str) -> HeldCertificate:
    """Forget one; its key is swept away by sync. Raises `Trouble` CERT-008 for an unknown one or the one in use."""
    one = find(ledger, fingerprint)
    with ledger.write() as db:
        gone = db.execute(
            "DELETE FROM certificates WHERE fingerprint = ? AND place != 'active'", [one.fingerprint]
        ).rowcount
    if not gone:
        raise Trouble("CERT-008", "使用中の証明書は消せません")
    return one


def drop_offers(ledger: Ledger, now: datetime, lasts: timedelta) -> None:
    """Forget what was offered longer ago than it `lasts` and nobody has accepted; or ahead of a clock set back since."""
    due = "FROM certificates WHERE place = 'offered' AND NOT added_at BETWEEN ? AND ?"
    within = [to_text(now - lasts), to_text(now + lasts)]
    if ledger.read.execute(f"SELECT 1 {due}", within).fetchone() is not None:
        with ledger.write() as db:
            db.execute(f"DELETE {due}", within)


def note_refusal(ledger: Ledger, fingerprint: str, at: datetime | None) -> None:
    """The center refused this one while it accepted another; None: it accepts it again."""
    with ledger.write() as db:
        db.execute(
            "UPDATE certificates SET refused_at = ? WHERE fingerprint = ?",
            [to_text(at) if at else None, fingerprint],
        )


def _certificate(row: Any) -> HeldCertificate:
    return HeldCertificate(
        fingerprint=row["fingerprint"],
        institution_code=row["institution_code"],
        place=Place(row["place"]),
        subject=row["subject"],
        issuer=row["issuer"],
        chain=row["chain"],
        anchored=bool(row["anchored"]),
        not_before=from_text(row["not_before"]),
        not_after=from_text(row["not_after"]),
        added_by=row["added_by"],
        added_at=from_text(row["added_at"]),
        kept=row["kept"],
        refused_at=from_text(row["refused_at"]) if row["refused_at"] else None,
    )
