"""The virtual center without a line to it: answers what waits in a ledger at once, as it would over the line."""

from datetime import timedelta

from appliance.demo.center_desk import Desk
from appliance.demo.center_memory import Memory
from appliance.ledger import bulk_runs, checks, results
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Settings
from appliance.sync import answers, questions
from appliance.sync.bulk_lane import BulkLane

_OWNER = "vendor-check"
_LEASE = timedelta(minutes=1)
_MOST_TURNS = 200


class QuickCenter:
    """Questions by numbers, lists and other families; cards are staged by the scenarios. Belongs to one thread."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._ledger = ledger
        self._desk = Desk(Memory(), lambda: (), utc_now)
        # Its thread is never started: the turns are taken here.
        self._lists = BulkLane(settings, ledger, utc_now)
        self._poll = timedelta(seconds=settings.bulk_poll)

    def answer_all(self) -> int:
        """Answer every open question; how many there were."""
        count = 0
        while (check := checks.claim(self._ledger, _OWNER, utc_now(), _LEASE)) is not None:
            self._answer(check)
            count += 1
        return count

    def finish_lists(self) -> bool:
        """Lead every run to its end; False when one does not get there."""
        for _ in range(_MOST_TURNS):
            self._lists.turn(utc_now() + self._poll)  # nobody waits here for the next look
            runs = bulk_runs.recent(self._ledger, 100)
            if not self.answer_all() and all(run.state.is_over for run in runs):
                return True
        return False

    def _answer(self, check: Check) -> None:
        question = questions.question(check)
        xml = self._desk.answer(question.ask, check.id, question.xml, check.institution_code, None)
        verdict = answers.read(xml, question)
        results.record(
            self._ledger,
            check.id,
            _OWNER,
            xml=verdict.xml,
            qualification_validity=verdict.qualification_validity,
            refusal=verdict.refusal,
            now=utc_now(),
        )
