"""The Web API of the center: HTTPS with the clinic's certificate. What the messages say is `center_reading`'s."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from appliance.eligibility import center_reading
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, SIZE_LIMIT
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync.center_connection import (
    Answer,
    Call,
    CenterConnection,
    Deadline,
    Limits,
    SilentCloseError,
)
from appliance.sync.center_link import OF_THE_CERTIFICATE, LinkTrouble, Question
from appliance.sync.certificates.presenting import Face, FilePresenter, Presenter
from appliance.sync.clinic_certificate import Stamp


class WebApi:
    """A `CenterLink` over HTTPS. Connections are kept alive and shared between threads, one question at a time each.

    Certificates and trusted CAs are looked at before every question, so that renewed ones are taken up; what is under
    way ends as it began. Each institution code has its own certificate, and one that the center does not accept gives
    way to another one of the same code that it does accept.
    """

    def __init__(
        self, box: Box, settings: Settings, clock: Clock, presenter: Presenter | None = None
    ) -> None:
        self._presenter = presenter or FilePresenter(box)
        self._code = settings.institution_code
        self._url = settings.center_url
        self._clock = clock
        self._limits = Limits(
            settings.center_connect_timeout, settings.center_read_timeout, settings.center_total_timeout
        )
        self._lock = threading.Lock()
        self._idle: list[CenterConnection] = []
        self._busy: set[CenterConnection] = set()
        self._contexts: dict[str, tuple[Stamp, ssl.SSLContext]] = {}
        self._closed = False

    def ask(self, question: Question) -> bytes:
        """See `CenterLink.ask`."""
        headers = {
            "Content-Type": center_reading.CONTENT_TYPE,
            center_reading.CHECK_HEADER: question.check_id,
        }
        largest = BULK_SIZE_LIMIT if question.ask.family.is_fetch else SIZE_LIMIT
        call = Call("POST", question.ask.path, headers, question.xml, largest)

        def asked(face: Face, deadline: Deadline) -> Answer:
            answer = self._exchange(call, face, deadline)
            self._raise_for(center_reading.trouble_code(answer.status, answer.headers), answer)
            return answer

        answer = self._accepted(question.institution_code or self._code, asked)
        if answer.headers.get(center_reading.CHECK_HEADER, question.check_id) != question.check_id:
            raise Trouble("CENTER-002", "別の照会への応答です")
        return answer.body

    def probe(self) -> None:
        """See `CenterLink.probe`."""

        def probed(face: Face, deadline: Deadline) -> Answer:
            answer = self._exchange(Call("GET", center_reading.HEALTH_PATH, {}), face, deadline)
            self._raise_for(center_reading.health_code(answer.status, answer.headers), answer)
            return answer

        self._accepted(self._code, probed)

    def close(self) -> None:
        """See `CenterLink.close`."""
        with self._lock:
            self._closed = True
            busy, idle = list(self._busy), self._idle
            self._idle = []
        for connection in busy:
            connection.cut()
        for connection in idle:
            connection.close()

    def _raise_for(self, code: str | None, answer: Answer) -> None:
        if code is not None:
            wait = center_reading.retry_after_seconds(answer.headers, self._clock())
            raise LinkTrouble(code, f"HTTP {answer.status}", wait)

    def _accepted(self, code: str, attempt: Callable[[Face, Deadline], Answer]) -> Answer:
        """The first answer that the certificates of `code` get. Harmless: a question's id makes it one question."""
        deadline = Deadline(self._limits.total)
        *others, last = self._presenter.faces(code)
        refused: list[Face] = []
        for face in (*others, last):
            try:
                answer = attempt(face, deadline)
            except Trouble as trouble:
                if trouble.code not in OF_THE_CERTIFICATE or face is last:
                    raise
                refused.append(face)
            else:
                self._tell(face, refused)
                return answer
        raise AssertionError("the last one answers or raises")

    def _tell(self, accepted: Face, refused: list[Face]) -> None:
        # Only now: a center that refuses everybody says nothing about one certificate.
        for face in refused:
            self._presenter.refused(face)
        self._presenter.accepted(accepted)

    def _exchange(self, wanted: Call, face: Face, deadline: Deadline) -> Answer:
        address = _address(self._url)
        call = replace(wanted, path=address.path.rstrip("/") + wanted.path)
        context = self._context_of(face)
        # A kept connection may have been closed in the meantime without our noticing. Then, and only then, once
        # more on a new one: the check's id makes it harmless even if the first question did arrive.
        kept = self._take_idle(context)
        try:
            if kept is not None:
                return self._on(kept, call, deadline)
        except SilentCloseError as error:
            if not center_reading.REPEAT_IS_HARMLESS:
                raise Trouble("LINE-003", str(error)) from error
        try:
            fresh = CenterConnection(address.hostname or "", address.port or 443, context, self._limits)
            return self._on(fresh, call, deadline)
        except SilentCloseError as error:
            raise Trouble("LINE-003", str(error)) from error

    def _context_of(self, face: Face) -> ssl.SSLContext:
        with self._lock:
            stamp = face.stamp
            known = self._contexts.get(face.name)
            if known is None or known[0] != stamp:
                self._contexts.pop(face.name, None)
                self._close_strangers()
                known = self._contexts[face.name] = (stamp, face.context())
            return known[1]

    def _close_strangers(self) -> None:
        """Close idle connections whose certificate or trust is no longer so."""
        known = {id(context) for _, context in self._contexts.values()}
        gone = [connection for connection in self._idle if id(connection.context) not in known]
        for connection in gone:
            self._idle.remove(connection)
            connection.close()

    def _take_idle(self, context: ssl.SSLContext) -> CenterConnection | None:
        with self._lock:
            for connection in reversed([one for one in self._idle if one.context is context]):
                self._idle.remove(connection)
                if connection.is_usable:
                    return connection
                connection.close()
        return None

    def _on(self, connection: CenterConnection, call: Call, deadline: Deadline) -> Answer:
        with self._lock:
            if self._closed:
                raise Trouble("LINE-001", "closed")
            self._busy.add(connection)
        try:
            return connection.exchange(call, deadline)
        finally:
            with self._lock:
                self._busy.discard(connection)
                if connection.is_usable and self._is_kept(connection) and not self._closed:
                    self._idle.append(connection)
                else:
                    connection.close()

    def _is_kept(self, connection: CenterConnection) -> bool:
        return any(connection.context is context for _, context in self._contexts.values())


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.scheme == "https" and address.hostname and address.port != 0:
            return address
    except ValueError as error:
        raise Trouble("BOX-007", "center_url") from error
    raise Trouble("BOX-007", "center_url")
