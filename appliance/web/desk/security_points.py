"""What a box can say of itself to each point of the yearly サイバーセキュリティ対策チェックリスト, and which points are the clinic's."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from appliance.eligibility.said import joined, said
from appliance.ledger import (
    account_list,
    assets,
    audit_search,
    backups,
    consumers,
    emergency,
    readers,
    second_factor,
)
from appliance.ledger.account_list import Listed
from appliance.ledger.accounts import Role
from appliance.ledger.audit_search import LONGEST, Looked
from appliance.ledger.database import Ledger
from appliance.ledger.password_rules import SHORTEST, SHORTEST_WITH_SECOND
from appliance.ledger.times import clinic_day
from appliance.ledger.trail import reviews
from appliance.settings import Settings
from appliance.web.desk import listening
from appliance.web.desk.accounts import ROLE_LABELS
from appliance.web.desk.reader_words import moment

_MONTH = timedelta(days=30)
_YEAR = timedelta(days=365)


class Standing(StrEnum):
    """How a point stands as far as the box can see."""

    GOOD = "good"
    LOOK = "look"
    CLINIC = "clinic"


STANDING_WORDS = {
    Standing.GOOD: "装置はできています",
    Standing.LOOK: "確かめてください",
    Standing.CLINIC: "医院で記入",
}
STANDING_TONES = {Standing.GOOD: "good", Standing.LOOK: "wait", Standing.CLINIC: "mute"}


@dataclass(frozen=True)
class Point:
    """One point in our own short words; `says` is what the box knows of it, `href` where more of it stands."""

    number: str
    title: str
    standing: Standing
    says: str
    href: str = ""


@dataclass(frozen=True)
class Group:
    """The points under one heading."""

    title: str
    points: tuple[Point, ...]


def groups(ledger: Ledger, settings: Settings, now: datetime) -> tuple[Group, ...]:
    """All points, filled in as the box stands at `now`."""
    return (
        Group(
            "1. 体制", (_clinic("1-1", "安全管理の責任者を決めている", "責任者のお名前を書いてください。"),)
        ),
        Group(
            "2. 管理と運用",
            (*_equipment(ledger), *_people(ledger, settings, now), *_machine(ledger, settings, now)),
        ),
        Group("3. もしものとき", _emergency(ledger, now)),
        Group(
            "4. 規程",
            (
                _clinic(
                    "4-1", "1から3のやり方を規程に定めている", "運用管理規程の名前と日付を書いてください。"
                ),
            ),
        ),
    )


def _clinic(number: str, title: str, says: str, href: str = "") -> Point:
    return Point(number, title, Standing.CLINIC, says, href)


def _judged(number: str, title: str, is_good: bool, says: str, href: str = "") -> Point:
    return Point(number, title, Standing.GOOD if is_good else Standing.LOOK, says, href)


def _equipment(ledger: Ledger) -> tuple[Point, ...]:
    written, found = len(assets.every(ledger)), len(readers.all_readers(ledger))
    registered = said(
        "この装置1台とカードリーダー{readers}台、手で書いた備品{written}件が「備品と期限」にあります。",
        readers=found,
        written=written,
    )
    keepers = [one for one in account_list.listed(ledger) if one.enabled and one.role is Role.MAINTENANCE]
    remote = said(
        "この装置のプログラムには遠隔保守の入口がありません。保守の役割のアカウントは{count}件です。",
        count=len(keepers),
    )
    return (
        _judged("2-1", "サーバ・端末・ネットワーク機器の台帳がある", written > 0, registered, "/desk/assets"),
        Point("2-2", "リモート保守をしている機器があるか、事業者に確かめた", Standing.GOOD, remote),
        _clinic(
            "2-3",
            "事業者からMDS/SDSを受け取っている",
            "この装置のぶんは、あとの「装置の仕様」が材料になります。",
        ),
    )


def _people(ledger: Ledger, settings: Settings, now: datetime) -> tuple[Point, ...]:
    people = [one for one in account_list.listed(ledger) if one.enabled]
    return (
        _roles(people),
        _unused(ledger, people, now),
        _clinic("2-6", "更新プログラムを当てている", "装置の版は下に印字します。当てた日を書いてください。"),
        Point(
            "2-7",
            "パスワードは8文字以上で、定期的に変えている（二要素認証か13文字以上なら変えなくてよい）",
            Standing.GOOD,
            said(
                "{shortest}文字以上（サインインのたびに2段階認証をする役割は{second}文字以上）で、推測されやすいものは登録できません。定期的な変更は求めません。",
                shortest=SHORTEST,
                second=SHORTEST_WITH_SECOND,
            ),
            "/desk/accounts",
        ),
        _clinic(
            "2-8",
            "パスワードを使い回していない",
            "装置の中の合い言葉は1台ごとに作られ、ほかと同じものはありません。人のパスワードは医院で確かめてください。",
        ),
        _clinic(
            "2-9",
            "USBメモリーなどの接続を制限している",
            "この装置はUSBメモリーを読みません。パソコンは医院で確かめてください。",
        ),
        _factors(ledger, settings, people),
    )


def _roles(people: list[Listed]) -> Point:
    counts = joined(
        "、",
        (
            said("{role}{count}人", role=ROLE_LABELS[role], count=count)
            for role in Role
            if (count := sum(one.role is role for one in people))
        ),
    )
    chiefs = joined("、", (one.name for one in people if one.role is Role.ADMINISTRATOR))
    says = said("{counts}。管理者は {chiefs} です。", counts=counts, chiefs=chiefs)
    title = "職種と業務ごとに権限を分け、管理者を限っている"
    return Point("2-4", title, Standing.GOOD, says, "/desk/accounts")


def _unused(ledger: Ledger, people: list[Listed], now: datetime) -> Point:
    """Accounts that are older than the look and have not signed in during it."""
    today = clinic_day(now)
    seen = audit_search.actors(ledger, Looked(today - LONGEST, today, action="sign-in"))
    old = [one for one in people if now - one.created_at > LONGEST and one.name not in seen]
    says = (
        said(
            "{days}日より長くサインインしていないアカウント: {names}",
            days=LONGEST.days,
            names=joined("、", (one.name for one in old)),
        )
        if old
        else said("どのアカウントも、{days}日以内に作られたか使われています。", days=LONGEST.days)
    )
    return _judged("2-5", "退職した人などの要らないアカウントを止めている", not old, says, "/desk/accounts")


def _factors(ledger: Ledger, settings: Settings, people: list[Listed]) -> Point:
    asked = [one for one in people if settings.asks_second(one.role)]
    done = sum(second_factor.is_set(ledger, one.name) for one in asked)
    roles = joined("・", (ROLE_LABELS[role] for role in Role if settings.asks_second(role)))
    says = said(
        "サインインのたびに求める役割は {roles} です。{all}人のうち{done}人が設定済みです。医療情報は二要素認証でなければ開きません。",
        roles=roles or "ありません",
        all=len(asked),
        done=done,
    )
    is_done = bool(asked) and done == len(asked)
    return _judged(
        "2-10", "二要素認証を使っている、または令和9年度までに使う", is_done, says, "/desk/accounts"
    )


def _machine(ledger: Ledger, settings: Settings, now: datetime) -> tuple[Point, ...]:
    today = clinic_day(now)
    month = audit_search.found(ledger, Looked(today - _MONTH, today), 1)
    last = (
        said("最後の記録は {at} です。", at=moment(month[0].at)) if month else "この30日の記録がありません。"
    )
    late = reviews.overdue(ledger, now)
    served = sum(one.enabled for one in consumers.all_consumers(ledger))
    return (
        _judged(
            "2-11",
            "アクセスログをとり、見直している",
            bool(month) and not late and not emergency.unreviewed(ledger),
            joined("", (_log_words(last, late), _emergency_words(ledger, now))),
            "/desk/audit",
        ),
        _open_ports(settings),
        _clinic(
            "2-13", "端末で要らないソフトやサービスを止めている", "受付のパソコンは医院で確かめてください。"
        ),
        _clinic(
            "2-14",
            "ネットワーク機器で接続元を制限している",
            said(
                "この装置につなぐのは受付の端末と連携先{served}件です。制限はルーターやスイッチで行います。",
                served=served,
            ),
            "/desk/consumers",
        ),
    )


def _open_ports(settings: Settings) -> Point:
    """What listens here, and whether anything but web and broker can be reached from outside."""
    ours = {settings.web_port, settings.broker_port, settings.trust_port}
    reachable = [one.number for one in listening.ports() if one.is_reachable]
    others = [number for number in reachable if number not in ours]
    says = said(
        "画面とAPI（{web}）、ブローカー（{broker}）はTLSで待ち受けます。ほかの機器から届くポート: {ports}",
        web=settings.web_port,
        broker=settings.broker_port or "-",
        ports=joined("、", (str(number) for number in reachable)) or "ありません",
    )
    more = said(
        "。装置のもの以外の {others} が要るものか確かめてください",
        others=joined("、", map(str, others)),
    )
    title = "サーバで要らないソフトやサービスを止めている"
    return _judged("2-12", title, not others, joined("", (says, more)) if others else says)


def _log_words(last: str, late: tuple[date, ...]) -> str:
    months = joined("、", (said("{year}年{month}月", year=one.year, month=one.month) for one in late))
    seen = (
        said("見直しの済んでいない月: {months}", months=months)
        if late
        else "見直しの遅れている月はありません。"
    )
    return joined("", ("サインインと操作はすべて残り、あとから変えればわかります。", last, seen))


def _emergency_words(ledger: Ledger, now: datetime) -> str:
    year = emergency.between(ledger, now - _YEAR, now)
    return said(
        "緊急時の閲覧は1年で{count}件、確かめていないものは{open}件です。",
        count=len(year),
        open=len(emergency.unreviewed(ledger)),
    )


def _emergency(ledger: Ledger, now: datetime) -> tuple[Point, ...]:
    last = backups.latest(ledger)
    says = (
        said(
            "最後のバックアップは {at}（{by}）です。戻す手順は「バックアップ」にあります。",
            at=moment(last.at),
            by=last.by,
        )
        if last
        else "バックアップはまだ一度もありません。"
    )
    drill = backups.latest_drill(ledger)
    exercised = (
        said("戻す練習は {at} にしました。", at=moment(drill.at)) if drill else "戻す練習はまだしていません。"
    )
    is_good = last is not None and last.is_fresh(now) and drill is not None and drill.is_fresh(now)
    return (
        _clinic(
            "3-1",
            "院内と外部（事業者、厚生労働省、警察など）への連絡体制図がある",
            "連絡先の紙は「印刷物」から作れます。",
            "/printing",
        ),
        _judged(
            "3-2",
            "診療を続けるための情報を選び、バックアップと戻し方を確かめている",
            is_good,
            joined("", (says, exercised)),
            "/desk/backups",
        ),
        _clinic(
            "3-3",
            "サイバー攻撃を想定した事業継続計画（BCP）がある",
            "回線や装置が止まったときの受付は、障害時メモと「ヘルプ」の手順で続けられます。",
            "/outage",
        ),
    )
