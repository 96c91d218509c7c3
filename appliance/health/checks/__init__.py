"""One file a check, each with a `look` that says how it stands and what is wrong."""

from collections.abc import Callable, Mapping

from appliance.eligibility.diagnosis import CheckName, Outcome
from appliance.health.checks import (
    backup,
    broker,
    certificate,
    clock,
    consumers,
    dead_letters,
    disk,
    folders,
    ledger,
    line,
    memory,
    pages_certificate,
    processes,
    queue,
    reader_losses,
    reader_tests,
    readers,
    share,
    temperature,
    trail,
    units,
    update,
)
from appliance.health.surroundings import Surroundings

Look = Callable[[Surroundings], Outcome]

CHECKS: Mapping[CheckName, Look] = {
    CheckName.READERS: readers.look,
    CheckName.READER_LOSSES: reader_losses.look,
    CheckName.READER_TESTS: reader_tests.look,
    CheckName.LINE: line.look,
    CheckName.CERTIFICATE: certificate.look,
    CheckName.PROCESSES: processes.look,
    CheckName.UNITS: units.look,
    CheckName.BROKER: broker.look,
    CheckName.FOLDERS: folders.look,
    CheckName.SHARE: share.look,
    CheckName.CONSUMERS: consumers.look,
    CheckName.QUEUE: queue.look,
    CheckName.DEAD_LETTERS: dead_letters.look,
    CheckName.CLOCK: clock.look,
    CheckName.DISK: disk.look,
    CheckName.MEMORY: memory.look,
    CheckName.TEMPERATURE: temperature.look,
    CheckName.PAGES_CERTIFICATE: pages_certificate.look,
    CheckName.BACKUP: backup.look,
    CheckName.LEDGER: ledger.look,
    CheckName.UPDATE: update.look,
    CheckName.TRAIL: trail.look,
}
