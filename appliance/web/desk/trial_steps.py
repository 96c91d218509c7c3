"""The steps of a trial run: some the box sees by itself, the others are ticked by a person who has looked."""

from dataclasses import dataclass
from datetime import datetime

from appliance.ledger import trial_evidence, trials
from appliance.ledger.database import Ledger
from appliance.ledger.trial_evidence import Evidence
from appliance.ledger.trials import BY_THE_BOX, Done, Outcome, Trial

OUTCOME_LABELS = {
    Outcome.PASSED: "できた",
    Outcome.FAILED: "できなかった",
    Outcome.SKIPPED: "行わない",
    Outcome.OPEN: "まだ",
}
_TONES = {
    Outcome.PASSED: "good",
    Outcome.FAILED: "stop",
    Outcome.SKIPPED: "mute",
    Outcome.OPEN: "wait",
}


@dataclass(frozen=True)
class TrialStep:
    """One step: what to do, and where. With `evidence` the box sees by itself when it is done."""

    key: str
    title: str
    how: str
    evidence: Evidence | None = None
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class ShownStep:
    """A step with how it went so far."""

    step: TrialStep
    done: Done

    @property
    def word(self) -> str:
        return OUTCOME_LABELS[self.done.outcome]

    @property
    def tone(self) -> str:
        return _TONES[self.done.outcome]

    @property
    def by(self) -> str:
        """Who says so."""
        return self.done.by or "装置"


STEPS = (
    TrialStep(
        "readers",
        "リーダーの点検",
        "「いまテストする」を押し、すべてのリーダーが「異常ありません」になること。",
        trial_evidence.readers_tested,
        "/desk/readers",
        "カードリーダーへ",
    ),
    TrialStep(
        "line",
        "回線",
        "「回線を調べる」を押し、すべての段階が正常になること。",
        trial_evidence.line_well,
        "/desk/line",
        "回線へ",
    ),
    TrialStep(
        "card",
        "カードの受付",
        "カードをリーダーに置き、暗証番号か顔、同意と進んで、受付の画面に結果が出ること。",
        trial_evidence.card_answered,
        "/",
        "受付へ",
    ),
    TrialStep(
        "numbers",
        "番号での照会",
        "資格確認書などの番号を手入力し、結果が出ること。",
        trial_evidence.numbers_answered,
        "/",
        "受付へ",
    ),
    TrialStep(
        "delivered",
        "連携先への受け渡し",
        "すべての連携先が、結果を1件は受け取ること。",
        trial_evidence.all_delivered,
        "/desk/consumers",
        "連携先へ",
    ),
    TrialStep(
        "deferred",
        "回線が止まったとき",
        "「停止扱いにする」を押してから受け付け、やめたあとに自動で照会されること。",
        trial_evidence.deferred_answered,
        "/desk/line",
        "回線へ",
    ),
    TrialStep(
        "shown", "患者さんの画面", "文字が読め、押しやすく、明るさと向きがよいこと。音が聞こえること。"
    ),
    TrialStep(
        "imported", "取り込み", "電子カルテ・レセコンに取り込まれた内容が、受付の画面と同じであること。"
    ),
    TrialStep("invalid", "無効の方", "資格が無効と出たとき、次に何をするかを受付の全員が知っていること。"),
    TrialStep(
        "no-pin",
        "暗証番号がわからない方",
        "目視確認か資格確認書で受け付ける手順を、受付の全員が知っていること。",
    ),
    TrialStep("paper", "障害時の用意", "障害時メモと、紙での受付の手順が、すぐ手の届くところにあること。"),
    TrialStep("whom", "連絡先", "困ったときにだれに電話するかが、受付から見えること。"),
)
"""In the order in which one goes through them."""

BY_KEY = {step.key: step for step in STEPS}


def shown(ledger: Ledger, trial: Trial, now: datetime) -> tuple[ShownStep, ...]:
    """How each step stands. What a person has said counts more than what the box sees."""
    said = trials.said(ledger, trial.id)
    if trial.ended_at is not None:
        nothing = Done(Outcome.OPEN, BY_THE_BOX, trial.ended_at)
        return tuple(ShownStep(step, said.get(step.key, nothing)) for step in STEPS)
    return tuple(ShownStep(step, said.get(step.key) or _seen(ledger, step, trial, now)) for step in STEPS)


def seen(ledger: Ledger, trial: Trial, now: datetime) -> dict[str, Done]:
    """What the box says of each step."""
    return {step.key: _seen(ledger, step, trial, now) for step in STEPS}


def _seen(ledger: Ledger, step: TrialStep, trial: Trial, now: datetime) -> Done:
    at = step.evidence(ledger, trial.begun_at) if step.evidence else None
    return Done(Outcome.PASSED, BY_THE_BOX, at) if at else Done(Outcome.OPEN, BY_THE_BOX, now)
