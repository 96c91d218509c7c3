"""What the machine says of itself, as the texts of a support bundle."""

from collections.abc import Iterator
from datetime import timedelta

from appliance.machine.looking import Machine
from appliance.machine.units import Unit

_MEGABYTE = 1_000_000


def texts(machine: Machine) -> dict[str, str]:
    """`machine`: versions, memory, disks; `units`: those that failed first; `journal`: oldest line first. Empty where nobody could see."""
    in_order = sorted(machine.units, key=lambda one: (not one.has_failed, one.name))
    found = {
        "machine": _machine(machine),
        "units": map(_unit, in_order),
        "journal": machine.journal,
    }
    return {name: "\n".join(lines) for name, lines in found.items()}


def _machine(machine: Machine) -> Iterator[str]:
    yield f"イメージの版: {machine.version or '（イメージではありません）'}"
    yield f"動いている側: {machine.slot or '-'}"
    yield f"カーネル: {machine.kernel}"
    yield f"CPUの数: {machine.cores}"
    yield f"動き続けた時間: {timedelta(seconds=int(machine.uptime_seconds))}"
    yield f"負荷: {' '.join(f'{one:.2f}' for one in machine.load)}"
    yield from (f"{name}: {amount} KiB" for name, amount in machine.memory.items())
    for disk in machine.disks:
        yield f"ディスク {disk.where}: 空き {disk.free // _MEGABYTE} / {disk.size // _MEGABYTE} MB"


def _unit(unit: Unit) -> str:
    memory = f"{unit.memory // _MEGABYTE} MB" if unit.memory else "-"
    return f"{unit.name}: {unit.active} ({unit.sub}) {unit.result or '-'}、起動し直し {unit.restarts} 回、メモリー {memory}"
