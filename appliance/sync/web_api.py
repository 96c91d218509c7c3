"""The Web API of the center: HTTPS with the clinic's certificate. What the messages say is `center_reading`'s."""

import contextlib
import ssl
import threading
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from appliance.eligibility import center_reading
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, SIZE_LIMIT
from appliance.ledger.times import Clock
from appliance.settings import Box, Settings
from appliance.sync import clinic_certificate
from appliance.sync.center_connection import (
    Answer,
    Call,
    CenterConnection,
    Deadline,
    Limits,
    SilentCloseError,
)
from appliance.sync.center_link import LinkTrouble, Question


class WebApi:
    """A `CenterLink` over HTTPS. Connections are kept alive and shared between threads, one question at a time each.

    Certificate, passphrase and trusted CAs are looked at before every question, so that renewed ones are taken up.
    """

    def __init__(self, box: Box, settings: Settings, clock: Clock) -> None:
        self._box = box
        self._url = settings.center_url
        self._clock = clock
        self._limits = Limits(
            settings.center_connect_timeout, settings.center_read_timeout, settings.center_total_timeout
        )
        self._lock = threading.Lock()
        self._idle: list[CenterConnection] = []
        self._busy: set[CenterConnection] = set()
        self._context: ssl.SSLContext | None = None
        self._stamp: clinic_certificate.Stamp = ()
        self._closed = False

    def ask(self, question: Question) -> bytes:
        """See `CenterLink.ask`."""
        headers = {
            "Content-Type": center_reading.CONTENT_TYPE,
            center_reading.CHECK_HEADER: question.check_id,
        }
        largest = BULK_SIZE_LIMIT if question.ask.family.is_fetch else SIZE_LIMIT
        answer = self._exchange(Call("POST", question.ask.path, headers, question.xml, largest))
        self._raise_for(center_reading.trouble_code(answer.status, answer.headers), answer)
        if answer.headers.get(center_reading.CHECK_HEADER, question.check_id) != question.check_id:
            raise Trouble("CENTER-002", "別の照会への応答です")
        return answer.body

    def probe(self) -> None:
        """See `CenterLink.probe`."""
        answer = self._exchange(Call("GET", center_reading.HEALTH_PATH, {}))
        self._raise_for(center_reading.health_code(answer.status, answer.headers), answer)

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

    def _exchange(self, wanted: Call) -> Answer:
        address = _address(self._url)
        call = replace(wanted, path=address.path.rstrip("/") + wanted.path)
        deadline = Deadline(self._limits.total)
        context = self._current_context()
        # A kept connection may have been closed in the meantime without our noticing. Then, and only then, once
        # more on a new one: the check's id makes it harmless even if the first question did arrive.
        with contextlib.suppress(SilentCloseError):
            kept = self._take_idle()
            if kept is not None:
                return self._on(kept, call, deadline)
        try:
            fresh = CenterConnection(address.hostname or "", address.port or 443, context, self._limits)
            return self._on(fresh, call, deadline)
        except SilentCloseError as error:
            raise Trouble("LINE-003", str(error)) from error

    def _current_context(self) -> ssl.SSLContext:
        with self._lock:
            stamp = clinic_certificate.stamp(self._box)
            if self._context is None or stamp != self._stamp:
                for connection in self._idle:
                    connection.close()
                self._idle.clear()
                self._context = None
                self._context = clinic_certificate.client_context(self._box)
                self._stamp = stamp
            return self._context

    def _take_idle(self) -> CenterConnection | None:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
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
                if connection.is_usable and connection.context is self._context and not self._closed:
                    self._idle.append(connection)
                else:
                    connection.close()


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.scheme == "https" and address.hostname and address.port != 0:
            return address
    except ValueError as error:
        raise Trouble("BOX-007", "center_url") from error
    raise Trouble("BOX-007", "center_url")
