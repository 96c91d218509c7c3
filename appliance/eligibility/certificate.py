"""The clinic's electronic certificate, as everybody may know it: whose, until when, and what that means today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.notices import CLINIC_CERTIFICATE, Notice, NoticeRow, notice
from appliance.eligibility.said import joined, said

_JAPAN = timezone(timedelta(hours=9), "JST")
_TAKEN_IN = "新しい証明書は取り込んであります。使い始めてください。"
TRY_AGAIN = timedelta(minutes=10)
"""How long a certificate that the center refused rests while another one serves."""


class Place(StrEnum):
    """What a certificate is to the box. Offered: shown to a person who has not yet decided."""

    OFFERED = "offered"
    WAITING = "waiting"
    ACTIVE = "active"
    RETIRED = "retired"


PLACE_LABELS = {
    Place.OFFERED: "確認待ち",
    Place.WAITING: "待機中",
    Place.ACTIVE: "使用中",
    Place.RETIRED: "前の証明書",
}


class SafeKind(StrEnum):
    """What the master key is bound to."""

    TPM = "tpm2"
    HOST = "host"
    FILE = "file"


SAFE_LABELS = {
    SafeKind.TPM: "この装置のTPMに結びつけて暗号化（systemd-creds）",
    SafeKind.HOST: "この装置のホスト鍵に結びつけて暗号化（systemd-creds）",
    SafeKind.FILE: "開発用: 同じフォルダーの鍵ファイルで暗号化（装置には結びついていません）",
}


@dataclass(frozen=True)
class HeldCertificate:
    """The public side of one certificate in the box. `fingerprint` is SHA-256 in hex; `chain` PEM, its own first.

    `anchored`: an authority this box trusts stands at the end of the chain. `kept`: the `SafeKind` of its key,
    empty when unknown. `refused_at`: when the center last did not accept it while another one was accepted.
    """

    fingerprint: str
    institution_code: str
    place: Place
    subject: str
    issuer: str
    chain: str
    anchored: bool
    not_before: datetime
    not_after: datetime
    added_by: str
    added_at: datetime
    kept: str = ""
    refused_at: datetime | None = None

    @property
    def short(self) -> str:
        """The beginning of the fingerprint, enough to name it in speech."""
        return self.fingerprint[:12]

    @property
    def last_day(self) -> date:
        """The last day in Japan on which it can be used."""
        return self.not_after.astimezone(_JAPAN).date()

    @property
    def first_day(self) -> date:
        """The first day in Japan on which it can be used."""
        return self.not_before.astimezone(_JAPAN).date()

    def is_valid(self, now: datetime) -> bool:
        """Whether `now` lies between its dates."""
        return self.not_before <= now < self.not_after

    def rests(self, now: datetime) -> bool:
        """Whether the center refused it so lately that it need not be tried."""
        return self.refused_at is not None and timedelta(0) <= now - self.refused_at < TRY_AGAIN


def in_order(held: Iterable[HeldCertificate], code: str, now: datetime) -> tuple[HeldCertificate, ...]:
    """The certificates to show the center for `code`, best first.

    The active one, then the one before it, then one that waits, as long as each is valid. With none valid by our clock
    the active one stays: a wrong clock of ours must not decide what is the center's to say.
    """
    rank = {Place.ACTIVE: 0, Place.RETIRED: 1, Place.WAITING: 2}
    ours = [one for one in held if one.institution_code == code and one.place in rank]
    if not any(one.place is Place.ACTIVE for one in ours):
        return ()  # nobody has said yet that one may be used
    valid = [one for one in ours if one.is_valid(now)] or [one for one in ours if one.place is Place.ACTIVE]
    return tuple(sorted(valid, key=lambda one: (one.rests(now), rank[one.place], -one.not_after.timestamp())))


class StandingState(StrEnum):
    """How a code stands. Not accepted: the active certificate was refused and the one before it serves."""

    OK = "ok"
    ENDING = "ending"
    NOT_ACCEPTED = "not-accepted"
    EXPIRED = "expired"
    MISSING = "missing"


@dataclass(frozen=True)
class Standing:
    """One institution code and its certificate. `days_left` counts from today to its last day, negative afterwards.

    `step` is the notice day reached last, None while there is nothing to say. `sentence` is empty when all is well.
    """

    institution_code: str
    state: StandingState
    days_left: int | None = None
    last_day: date | None = None
    step: int | None = None
    sentence: str = ""
    renewable_from: date | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether work stops already, or within a week."""
        return self.state not in (StandingState.OK, StandingState.ENDING) or (self.days_left or 0) <= 7


def standing(code: str, held: Iterable[HeldCertificate], book: Rulebook, now: datetime) -> Standing:
    """How `code` stands at `now`."""
    ours = tuple(held)
    usable = in_order(ours, code, now)
    if not usable:
        sentence = "医院の電子証明書がまだありません。取り込むまで資格確認はできません。"
        return Standing(code, StandingState.MISSING, sentence=sentence)
    # What was refused is tried again now and then, but until it is accepted another one does the work.
    used = next((one for one in usable if one.refused_at is None), usable[0])
    today = now.astimezone(_JAPAN).date()
    due = notice(book, CLINIC_CERTIFICATE, used.last_day, today)
    row = book.find(NoticeRow, today, CLINIC_CERTIFICATE)
    return Standing(
        institution_code=code,
        state=_state(ours, used, due, now),
        days_left=(used.last_day - today).days,
        last_day=used.last_day,
        step=due.step if due else None,
        sentence=_sentence(ours, used, due, now),
        renewable_from=used.last_day - timedelta(days=row.renewable_days) if row else None,
    )


def standings(
    codes: Iterable[str],
    held: Iterable[HeldCertificate],
    book: Rulebook,
    now: datetime,
    *,
    needed: bool = True,
) -> tuple[Standing, ...]:
    """How each of `codes` stands; where none is `needed`, of those for which a certificate is held."""
    ours = tuple(held)
    return tuple(
        standing(code, ours, book, now)
        for code in codes
        if needed or any(one.institution_code == code for one in ours)
    )


def _state(
    ours: tuple[HeldCertificate, ...], used: HeldCertificate, due: Notice | None, now: datetime
) -> StandingState:
    if now >= used.not_after:
        return StandingState.EXPIRED
    if _is_replaced(ours, used):
        return StandingState.NOT_ACCEPTED
    return StandingState.ENDING if due else StandingState.OK


def _is_replaced(ours: tuple[HeldCertificate, ...], used: HeldCertificate) -> bool:
    """Whether `used` does the work of an active one that the center refuses."""
    return any(
        one.refused_at is not None and one is not used
        for one in ours
        if one.institution_code == used.institution_code and one.place is Place.ACTIVE
    )


def _sentence(
    ours: tuple[HeldCertificate, ...], used: HeldCertificate, due: Notice | None, now: datetime
) -> str:
    if now >= used.not_after:
        return "医院の電子証明書の期限が切れています。資格確認と請求ができません。すぐに更新してください。"
    if _is_replaced(ours, used):
        return said(
            "新しい電子証明書がセンターに受け付けられません。前の証明書（{month}月{day}日まで）で照会を続けています。",
            month=used.last_day.month,
            day=used.last_day.day,
        )
    if due is None:
        return ""
    waiting = any(
        one.place is Place.WAITING
        and one.institution_code == used.institution_code
        and one.not_after > used.not_after
        for one in ours
    )
    return joined("", (due.sentence, _TAKEN_IN)) if waiting else due.sentence


def worst(standings: Iterable[Standing]) -> Standing | None:
    """The one to speak about first; None without any."""
    order = list(StandingState)
    return max(standings, key=lambda one: (order.index(one.state), -(one.days_left or 0)), default=None)
