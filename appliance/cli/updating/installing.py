"""An update into the slot that does not run, and the restart into it."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.cli.updating.judging import Bundle, bundle_of, judge, running
from appliance.cli.updating.rauc import Rauc
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import Clock
from appliance.settings import Box
from appliance.updates import record
from appliance.updates.drop import CANCEL, INSTALL, RESTART, Drop, hour_of
from appliance.updates.record import UNDER_WAY, Place, Record, State

BY_HAND = (State.INSTALLED, State.ARMED)
"""States in which there is a new version to restart into."""


@dataclass(frozen=True)
class Machine:
    """What root can do with the machine: restart it now, or at the next hour (HH:MM), and forget that."""

    restart: Callable[[], None]
    restart_at: Callable[[str], None]
    forget_restart: Callable[[], None]


@dataclass(frozen=True)
class Updater:
    """Root's side of updates. Each step is written down before and after, so that a power cut between them is told."""

    box: Box
    place: Place
    rauc: Rauc
    machine: Machine
    clock: Clock
    slot: str
    os_release: Path
    seen: Path
    """A copy of the record beside what else this start has brought."""

    def read(self) -> Record:
        """The record as it stands."""
        return record.read(self.place)

    def note(self, found: Record) -> Record:
        """Write it down."""
        return record.write(self.place, found, self.clock(), self.seen)

    def check(self, file: Path, *, may_be_older: bool = False) -> Bundle:
        """What the update in `file` is, when it may go onto this box. Raises `Trouble` UPDATE-002 to UPDATE-005."""
        bundle = bundle_of(self.rauc.info(file), self.rauc.compatible)
        judge(bundle, running(self.box.ledger_file, self.os_release), may_be_older=may_be_older)
        return bundle

    def install(self, file: Path, *, may_be_older: bool = False) -> Record:
        """Write it into the other slot. The box goes on and starts as it is until `restart` or `arm`.

        Raises `Trouble`: UPDATE-002 to UPDATE-005 for a file that may not, UPDATE-008 when it could not be written. Both are in the record.
        UPDATE-009 while another one is under way.
        """
        with self._alone():
            return self._install(file, may_be_older=may_be_older)

    def _install(self, file: Path, *, may_be_older: bool) -> Record:
        before = self.read()
        if before.state in UNDER_WAY - {State.INSTALLING}:
            raise Trouble("UPDATE-009", before.state)
        now = replace(
            before,
            state=State.INSTALLING,
            from_version=running(self.box.ledger_file, self.os_release).version,
            to_version="",
            slot="B" if self.slot == "A" else "A",
            running=self.slot,
            reason="",
            failed=(),
            percent=0,
            restart_at="",
        )
        self.note(now)
        try:
            now = replace(now, to_version=self.check(file, may_be_older=may_be_older).version)
            # Until it is whole the other slot holds nothing that has a name.
            now = replace(now, versions={key: one for key, one in now.versions.items() if key != now.slot})
            self.rauc.install(file, lambda percent: self._progress(now, percent))
        except Trouble as trouble:
            self.note(replace(now, state=State.REFUSED, reason=trouble.code))
            raise
        whole = {**now.versions, now.slot: now.to_version}
        return self.note(replace(now, state=State.INSTALLED, percent=100, versions=whole))

    def arm(self) -> Record:
        """The next start is one of the new version. Raises `Trouble` UPDATE-009 when there is none."""
        now = self.read()
        if now.state not in BY_HAND or now.slot == self.slot:
            raise Trouble("UPDATE-009", now.state)
        # Written down first: who starts from that slot must know that it is on trial.
        armed = self.note(replace(now, state=State.ARMED))
        self.rauc.mark("mark-active", "other")
        return armed

    def restart(self) -> None:
        """Start the new version. Raises `Trouble` UPDATE-009 when there is none."""
        self.arm()
        self.machine.restart()

    def restart_at(self, hour: str) -> None:
        """Do so at the next `hour` (HH:MM). Until then a start is one of the present version."""
        now = self.read()
        if now.state is not State.INSTALLED:
            raise Trouble("UPDATE-009", now.state)
        self.machine.forget_restart()
        self.machine.restart_at(hour)
        self.note(replace(now, restart_at=hour))

    def cancel(self) -> None:
        """Stay with the present version for now."""
        self.machine.forget_restart()
        now = self.read()
        if now.state is State.ARMED:
            self.rauc.mark("mark-active", "booted")
        if now.state in BY_HAND:
            self.note(replace(now, state=State.INSTALLED, restart_at=""))

    def obey(self, drop: Drop) -> tuple[Trouble, ...]:
        """Do what the pages wish for; what could not be done. Wishes are gone before they are obeyed."""
        refused = []
        for wish in drop.take():
            try:
                self._obey(wish, drop)
            except Trouble as trouble:
                refused.append(trouble)
        return tuple(refused)

    def _obey(self, wish: str, drop: Drop) -> None:
        if wish == INSTALL:
            try:
                self.install(drop.bundle)
            finally:
                drop.forget()
        elif wish == RESTART:
            self.restart()
        elif wish == CANCEL:
            self.cancel()
        elif hour := hour_of(wish):
            self.restart_at(hour)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """The page and a stick may bring one at the same time."""
        with (self.place.root / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Trouble("UPDATE-009", State.INSTALLING) from error
            yield

    def _progress(self, now: Record, percent: int) -> None:
        self.note(replace(now, percent=percent))
