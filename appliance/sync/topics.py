"""The MQTT topics of one box, built and read in this one place. `contract/README.md` describes them to vendors."""

from dataclasses import dataclass

ROOT = "madoguchi"
MAJOR = "1"
"""The contract's major version: a topic level, so that two versions can be served side by side."""

BOX_STATE = "box/state"
READER_STATE = "reader/{reader}/state"
ELIGIBILITY = "consumer/{consumer}/eligibility"
ACK = "consumer/{consumer}/ack"
HELLO = "consumer/{consumer}/hello"
BULK_REQUEST = "consumer/{consumer}/bulk-request"
BULK_ANSWER = "consumer/{consumer}/bulk-answer"
BULK_PROGRESS = "consumer/{consumer}/bulk-progress"
BULK_RESULT = "consumer/{consumer}/bulk-result"
TASK = "consumer/{consumer}/task"
MEDICAL = "consumer/{consumer}/medical"
REQUEST = "consumer/{consumer}/request"
ANSWER = "consumer/{consumer}/answer"
OUTCOME = "consumer/{consumer}/outcome"
ANY = "+"


@dataclass(frozen=True)
class Topics:
    """Topics below `madoguchi/1/<institution code>/`. None of them ever names a patient."""

    institution_code: str

    @property
    def prefix(self) -> str:
        return f"{ROOT}/{MAJOR}/{self.institution_code}/"

    @property
    def box_state(self) -> str:
        """Retained: is the box there, and how are its links."""
        return self.prefix + BOX_STATE

    def reader_state(self, reader: str) -> str:
        """Retained: what one reader is doing."""
        return self.prefix + READER_STATE.format(reader=reader)

    def eligibility(self, consumer: str) -> str:
        """Results for one consumer, never retained."""
        return self.prefix + ELIGIBILITY.format(consumer=consumer)

    def ack(self, consumer: str) -> str:
        """Where a consumer says which delivery it has stored."""
        return self.prefix + ACK.format(consumer=consumer)

    def hello(self, consumer: str) -> str:
        """Where a consumer says that it has just subscribed."""
        return self.prefix + HELLO.format(consumer=consumer)

    def bulk_request(self, consumer: str) -> str:
        """Where a consumer hands in a list of people."""
        return self.prefix + BULK_REQUEST.format(consumer=consumer)

    def bulk_answer(self, consumer: str) -> str:
        """What became of a list that was handed in, unless the consumer named a topic below this one."""
        return self.prefix + BULK_ANSWER.format(consumer=consumer)

    def bulk_progress(self, consumer: str) -> str:
        """How far a run is, and its end."""
        return self.prefix + BULK_PROGRESS.format(consumer=consumer)

    def bulk_result(self, consumer: str) -> str:
        """What came of the people of a run, never retained."""
        return self.prefix + BULK_RESULT.format(consumer=consumer)

    def task(self, consumer: str) -> str:
        """What a person has to do, for a consumer that gets tasks; never retained."""
        return self.prefix + TASK.format(consumer=consumer)

    def medical(self, consumer: str) -> str:
        """Medical information, for a consumer that may have it; never retained."""
        return self.prefix + MEDICAL.format(consumer=consumer)

    def request(self, consumer: str) -> str:
        """Where a consumer asks for one thing."""
        return self.prefix + REQUEST.format(consumer=consumer)

    def answer(self, consumer: str) -> str:
        """What became of such a request, unless the consumer named a topic below this one."""
        return self.prefix + ANSWER.format(consumer=consumer)

    def outcome(self, consumer: str) -> str:
        """How a request ended that brings no eligibility result, never retained."""
        return self.prefix + OUTCOME.format(consumer=consumer)

    def consumer_word(self, topic: str) -> tuple[str, str] | None:
        """`(consumer, "ack" | "hello" | "bulk-request" | "request")` for a topic a consumer writes to, None for every other topic."""
        if not topic.startswith(self.prefix):
            return None
        match topic[len(self.prefix) :].split("/"):
            case ["consumer", consumer, ("ack" | "hello" | "bulk-request" | "request") as word] if consumer:
                return consumer, word
        return None


def answer_topic(own: str, wanted: str | None) -> str:
    """Where an answer goes whose topic is `own`: to the topic that the asker `wanted` if it is below that.

    Nowhere else: the box may publish everywhere, and must not do it for others.
    """
    is_own = wanted is not None and wanted.startswith(f"{own}/") and not set("+#\0") & set(wanted)
    return wanted if wanted is not None and is_own else own
