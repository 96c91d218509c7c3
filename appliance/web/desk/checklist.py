"""The set-up of a box, step by step: what is done, seen from ledger and settings, and what is next."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.eligibility.certificate import Standing, StandingState
from appliance.eligibility.said import joined, said
from appliance.ledger import (
    account_list,
    backups,
    consumers,
    line,
    line_checks,
    reader_tests,
    readers,
    screens,
    ticks,
)
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.settings import Settings
from appliance.web.desk.accounts import ROLE_LABELS
from appliance.web.desk.reader_words import moment

NOTICES = "notices"
TICKABLE = (NOTICES,)
"""What only a person can know to be done."""

_NEEDED_ROLES = (Role.RECEPTION, Role.CLINICIAN, Role.ADMINISTRATOR, Role.PATIENT_SCREEN)


@dataclass(frozen=True)
class Step:
    """One step. `says` is how it stands; `is_optional`: a clinic may do without."""

    key: str
    title: str
    is_done: bool
    says: str
    href: str
    link: str
    is_optional: bool = False
    by_hand: bool = False


@dataclass(frozen=True)
class Checklist:
    """All steps in order."""

    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        """The first that is still to be done; None when all that is needed is."""
        return next((step for step in self.steps if not step.is_done and not step.is_optional), None)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)


def checklist(ledger: Ledger, settings: Settings, standings: Iterable[Standing]) -> Checklist:
    """How the box stands now."""
    return Checklist(
        (
            _clinic(settings),
            _accounts(ledger),
            _readers(ledger),
            _certificate(settings, tuple(standings)),
            _line(ledger),
            _consumers(ledger),
            _visit(ledger),
            _opening(ledger, settings),
            _notices(ledger),
            _backup(ledger),
            _drill(ledger),
        )
    )


def _clinic(settings: Settings) -> Step:
    name = settings.clinic_name
    codes = joined("、", settings.institution_codes)
    says = f"{name}　{codes}" if name else said("医療機関コード {codes}。名前がまだです", codes=codes)
    return Step(
        "clinic", "医院の名前と医療機関コード", bool(name), says, "/desk/settings#clinic_name", "設定へ"
    )


def _accounts(ledger: Ledger) -> Step:
    there = account_list.roles_in_use(ledger)
    if screens.is_any_paired(ledger):
        there |= {Role.PATIENT_SCREEN}
    missing = joined("、", (ROLE_LABELS[role] for role in _NEEDED_ROLES if role not in there))
    says = (
        said("まだない役割: {missing}", missing=missing)
        if missing
        else "受付・有資格者・管理者・患者さんの画面がそろっています"
    )
    return Step("accounts", "アカウント", not missing, says, "/desk/accounts", "アカウントへ")


def _readers(ledger: Ledger) -> Step:
    found = readers.all_readers(ledger)
    standing = reader_tests.standing(ledger)
    if not found:
        says = "まだ1台も見つかっていません"
    elif standing.is_ill:
        says = said("{count}台。最後の点検で異常がありました", count=len(found))
    elif standing.oldest is None:
        says = said("{count}台。まだ点検していないリーダーがあります", count=len(found))
    else:
        says = said(
            "{count}台とも異常ありません（{oldest}の点検）", count=len(found), oldest=moment(standing.oldest)
        )
    is_done = bool(found) and standing.oldest is not None and not standing.is_ill
    return Step("readers", "カードリーダー", is_done, says, "/desk/readers", "カードリーダーへ")


def _certificate(settings: Settings, standings: tuple[Standing, ...]) -> Step:
    if not settings.needs_certificate:
        says, is_done = "公式の資格確認端末をとおすので、この装置には要りません", True
    else:
        bad = [one for one in standings if one.state in (StandingState.MISSING, StandingState.EXPIRED)]
        is_done = bool(standings) and not bad
        ends = min((one.last_day for one in standings if one.last_day), default=None)
        says = (
            said("{ends:%Y/%m/%d} まで使えます", ends=ends)
            if is_done and ends
            else "まだないか、期限の切れた証明書があります"
        )
    return Step("certificate", "医院の電子証明書", is_done, says, "/desk/certificate", "電子証明書へ")


def _line(ledger: Ledger) -> Step:
    good = line_checks.latest_good(ledger)
    state = line.current(ledger)
    is_normal = state is not None and state.phase is Phase.NORMAL
    says = (
        said("{done_at}に、すべての段階が正常でした", done_at=moment(good.done_at))
        if good and good.done_at
        else "いまは正常です"
        if is_normal
        else "まだ一度も正常になっていません"
    )
    return Step("line", "センターへの回線", good is not None or is_normal, says, "/desk/line", "回線へ")


def _consumers(ledger: Ledger) -> Step:
    found = [one.name for one in consumers.all_consumers(ledger) if one.enabled]
    says = (
        said("{count}件: {found}", count=len(found), found=joined("、", found))
        if found
        else "まだありません。画面だけでも使えます"
    )
    return Step(
        "consumers", "電子カルテ・レセコンとの連携", bool(found), says, "/desk/consumers", "連携先へ", True
    )


def _visit(ledger: Ledger) -> Step:
    is_done = ticks.is_any_card_answered(ledger)
    says = (
        "カードの受付が、センターの回答まで届いています"
        if is_done
        else "まだ1件も、カードの受付が回答まで届いていません。カードを1枚、受付から結果まで通してください"
    )
    return Step("visit", "カード1枚の通し試験", is_done, says, "/desk/trial", "運用テストへ")


def _opening(ledger: Ledger, settings: Settings) -> Step:
    standing = reader_tests.standing(ledger)
    at = settings.reader_test_at
    is_done = bool(at) and standing.oldest is not None
    says = said("毎日 {at} に点検します", at=at) if at else "毎日の点検の時刻が空です"
    if at and standing.oldest is None:
        says = said("毎日 {at} に点検します。まだ一度も点検していません", at=at)
    return Step("opening", "診療前の点検", is_done, says, "/desk/settings#reader_test_at", "設定へ")


def _notices(ledger: Ledger) -> Step:
    tick = ticks.find(ledger, NOTICES)
    says = (
        said("{by}さんが {at} に印を付けました", by=tick.by, at=moment(tick.at))
        if tick
        else "使う目的の掲示と、カードの出し方の案内。貼ったら印を付けてください"
    )
    return Step(NOTICES, "院内の掲示", tick is not None, says, "/printing", "印刷物へ", by_hand=True)


def _backup(ledger: Ledger) -> Step:
    last = backups.latest(ledger)
    says = said("最後は {at}", at=moment(last.at)) if last else "まだ一度もありません"
    return Step("backup", "バックアップ", last is not None, says, "/desk/backups", "バックアップへ", True)


def _drill(ledger: Ledger) -> Step:
    last = backups.latest_drill(ledger)
    says = (
        said("最後は {at}。月に1回、試してください", at=moment(last.at))
        if last
        else "バックアップから戻せるかを、まだ一度も試していません"
    )
    return Step("drill", "復元の練習", last is not None, says, "/desk/backups#drill", "バックアップへ", True)
