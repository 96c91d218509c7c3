"""Live pages: one thread hears the bell, renders what is new once, and hands it to every open stream.

A stream is an answer of type text/event-stream that stays open. It may be cut at any moment: the browser comes
back by itself and says which event it saw last.
"""

import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import Response

from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import EVERYTHING, LONGEST_WAIT, Bell, BellListener, Topic
from appliance.web.turning import visible

HEARTBEAT = 10.0
ALIVE = b"event: alive\ndata: 1\n\n"
BACKLOG = 512
MOST_STREAMS = 100
CATCH_UP = 0.1
"""Seconds that a feed may hold back what is only under way: shorter than anybody notices."""

_TOPICS = Topic.CHECKS | Topic.READERS | Topic.CONDITIONS | Topic.TASKS | Topic.DESKS
_REVISION = re.compile(r"[0-9]{1,18}", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n|\r")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """One event: its name, its text (a rendered fragment), and the id a browser says when it comes back."""

    name: str
    data: str
    id: str = ""

    def encode(self) -> bytes:
        """The event as it travels."""
        lines = [f"id: {self.id}"] if self.id else []
        lines += [f"event: {self.name}", *(f"data: {line}" for line in _lines(visible(self.data)))]
        return ("\n".join(lines) + "\n\n").encode()


def _lines(text: str) -> list[str]:
    """Lines as the format of events knows them: `str.splitlines` would also break a name in JSON at U+2028 or U+0085."""
    return _LINE_ENDS.sub("\n", text).removesuffix("\n").split("\n")


class Feed(Protocol):
    """What one kind of page wants to hear. Made when its first stream opens; called by one thread at a time."""

    @property
    def is_behind(self) -> bool:
        """Whether it holds something back. It is asked for everything after `CATCH_UP`."""

    def opening(self, last_seen: str) -> list[Event]:
        """What a page that saw `last_seen` (empty: nothing) must hear to be up to date."""

    def news(self, topics: Topic) -> list[Event]:
        """What is new since the last call, `topics` being what may have changed; empty when nothing has."""


class _Stream:
    def __init__(self) -> None:
        self.events: queue.Queue[bytes | None] = queue.Queue(BACKLOG)
        self.is_over = False

    def push(self, data: bytes | None) -> None:
        try:
            self.events.put_nowait(data)
        except queue.Full:
            # Too slow to follow: its browser comes back and catches up from the ledger.
            self.is_over = True


def revision_in(last_seen: str) -> int | None:
    """The revision that a page says it has seen; None for whatever is none."""
    return int(last_seen) if _REVISION.fullmatch(last_seen) else None


class Hub:
    """The live hub of one process. The thread starts with the first stream, so a fork before that is harmless."""

    def __init__(self, bell_dir: Path) -> None:
        self._bell_dir = bell_dir
        self._lock = threading.Lock()
        self._feeds: dict[str, Feed] = {}
        self._streams: dict[str, list[_Stream]] = {}
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    def response(
        self,
        key: str,
        make: Callable[[], Feed],
        last_seen: str,
        is_welcome: Callable[[], bool],
        *,
        once: bool = False,
    ) -> Response:
        """An open event stream on the feed `key`, which `make` makes when nobody listens to it yet.

        `is_welcome` is asked before every event and at every heartbeat; False ends the stream. `once` gives what a page
        that saw `last_seen` has missed, and ends: for pages whose stream another page of the same browser holds. Raises
        `Trouble` BOX-006 when too many are open.
        """
        if once:
            return Response(self._missed(key, make, last_seen), mimetype="text/event-stream")
        stream, opening = self._open(key, make, last_seen)
        body = self._body(key, stream, opening, is_welcome)
        return Response(body, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})

    def close(self) -> None:
        """End every stream and the thread."""
        self.end_streams()
        # Under the lock: a stream that is being opened may have made the thread and not begun it yet.
        with self._lock:
            thread = self._thread
        if thread is not None:
            bell = Bell(self._bell_dir)
            bell.ring()
            bell.close()
            thread.join()

    @property
    def is_stopped(self) -> bool:
        """Whether every stream is to end by itself."""
        return self._is_stopped

    def end_streams(self) -> None:
        """Let every stream end by itself, and no new one begin; safe in a signal handler."""
        self._is_stopped = True
        for streams in list(self._streams.values()):
            for stream in list(streams):
                stream.is_over = True
                stream.push(None)

    def _open(self, key: str, make: Callable[[], Feed], last_seen: str) -> tuple[_Stream, list[Event]]:
        stream = _Stream()
        # Under the lock that news is made under: nothing is missed and nothing older follows the opening.
        with self._lock:
            if self._is_stopped or sum(map(len, self._streams.values())) >= MOST_STREAMS:
                raise Trouble("BOX-006")
            self._start()
            if key not in self._feeds:
                self._feeds[key] = make()
            opening = self._feeds[key].opening(last_seen)
            self._streams.setdefault(key, []).append(stream)
            # Asked once more now that it stands among those that an ending reaches: one that came in between has not seen it.
            if self.is_stopped:
                self._streams[key].remove(stream)
                raise Trouble("BOX-006")
        return stream, opening

    def _missed(self, key: str, make: Callable[[], Feed], last_seen: str) -> bytes:
        with self._lock:
            feed = self._feeds.get(key) or make()
            opening = feed.opening(last_seen)
        return b"".join(event.encode() for event in opening)

    def _body(
        self, key: str, stream: _Stream, opening: list[Event], is_welcome: Callable[[], bool]
    ) -> Iterator[bytes]:
        try:
            yield b"retry: 1000\n\n"
            yield b"".join(event.encode() for event in opening)
            while not stream.is_over:
                try:
                    data = stream.events.get(timeout=HEARTBEAT)
                except queue.Empty:
                    data = ALIVE
                if data is None:
                    continue
                # Not at heartbeats alone: on a busy morning there is none.
                if not is_welcome():
                    return
                yield data
        finally:
            self._leave(key, stream)

    def _leave(self, key: str, stream: _Stream) -> None:
        with self._lock:
            streams = self._streams.get(key, [])
            if stream in streams:
                streams.remove(stream)
            if not streams:
                self._streams.pop(key, None)
                self._feeds.pop(key, None)

    def _start(self) -> None:
        if self._thread is None:
            listener = BellListener(self._bell_dir, _TOPICS)
            self._thread = threading.Thread(target=self._run, args=(listener,), name="live", daemon=True)
            self._thread.start()

    def _run(self, listener: BellListener) -> None:
        with listener:
            late_at: float | None = None
            while not self._is_stopped:
                wait = LONGEST_WAIT if late_at is None else late_at - time.monotonic()
                topics = listener.news(wait)
                if late_at is not None and time.monotonic() >= late_at:
                    topics = EVERYTHING
                if not self._tell_all(topics):
                    late_at = None
                elif late_at is None:
                    late_at = time.monotonic() + CATCH_UP

    def _tell_all(self, topics: Topic) -> bool:
        """Whether something was held back."""
        with self._lock:
            for key, feed in list(self._feeds.items()):
                self._tell(key, feed, topics)
            return any(feed.is_behind for feed in self._feeds.values())

    def _tell(self, key: str, feed: Feed, topics: Topic) -> None:
        try:
            data = b"".join(event.encode() for event in feed.news(topics))
        except Exception:
            # The pages come back and start from the ledger; the hub must outlive a bad moment.
            _LOG.exception("live feed failed")
            for stream in self._streams.get(key, []):
                stream.is_over = True
                stream.push(None)
            return
        if data:
            for stream in self._streams.get(key, []):
                stream.push(data)
