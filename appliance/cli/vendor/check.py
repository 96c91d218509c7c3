"""`madoguchi vendor check`: plays the box for a vendor's own consumer and says, rule by rule, what was seen."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Exit, state_option
from appliance.cli.vendor.acts import ACTS
from appliance.cli.vendor.bench import Bench, Terms
from appliance.cli.vendor.benches import BENCHES, open_bench
from appliance.cli.vendor.probes import Line, Offer, Outcome, Probe, Verdict, not_seen, probes
from appliance.cli.vendor.program import RUN_LOG, Commands
from appliance.cli.vendor.report import Report, as_html, as_line, heading
from appliance.eligibility.trouble import Trouble
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.times import utc_now


@click.command()
@state_option
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in BENCHES]),
    default=ConsumerKind.MQTT.value,
    show_default=True,
    help="How your consumer takes results.",
)
@click.option(
    "--run", default="", help="How to start your consumer; {credentials} stands for its credentials.json."
)
@click.option(
    "--stored", default="", help="A command that prints the delivery ids it has stored, one a line."
)
@click.option(
    "--ask", default="", help="A command that lets it send one request, and prints what it is told."
)
@click.option(
    "--hand-in", default="", help="A command that lets it hand in a list of three people or more, likewise."
)
@click.option(
    "--takes",
    type=click.Choice([one.value for one in (Offer.TASKS, Offer.MEDICAL)]),
    multiple=True,
    help="What it takes beside results.",
)
@click.option(
    "--credentials",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put the credentials of this check; without --run your consumer connects with them.",
)
@click.option(
    "--wait", default=120.0, show_default=True, help="Seconds to wait for your consumer to connect."
)
@click.option("--patience", default=20.0, show_default=True, help="Seconds to wait for each acknowledgement.")
@click.option(
    "--repeat-within",
    default=75.0,
    show_default=True,
    help="Seconds until it repeats a request that got no answer.",
)
@click.option("--only", metavar="ID", multiple=True, help="Try these probes alone (see --list).")
@click.option("--list", "show_list", is_flag=True, help="Say which probes there are.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the report as a page to print (A4).",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    kind: str,
    folder: Path | None,
    wait: float,
    only: tuple[str, ...],
    show_list: bool,
    html: Path | None,
    **said: Any,
) -> None:
    """Check a consumer against the contract. Exit status 1: a rule is broken; 3: something could not be looked at."""
    way = ConsumerKind(kind)
    if show_list:
        for probe in probes(way):
            click.echo(f"{probe.id:<18} {' '.join(probe.rules):<16} {probe.title}")
        return
    commands = Commands(said["run"], said["stored"], said["ask"], said["hand_in"])
    if not commands.run and folder is None:
        raise Trouble("INPUT-001", "--run か --credentials のどちらかを指定してください")
    terms = Terms(said["patience"], said["repeat_within"], takes=frozenset(said["takes"]))
    wanted = _chosen(way, only)
    began = utc_now()
    with _folder(folder) as place, open_bench(way, place, commands, terms) as bench:
        _await_consumer(bench, wait)
        click.echo(heading(began, _product(bench), way))
        lines = tuple(_tried(bench, probe) for probe in wanted)
        report = Report(lines, began, utc_now(), _product(bench), way)
    click.echo(report.summary)
    if html is not None:
        html.write_text(as_html(report), "utf-8")
    ctx.exit(_status(lines))


def _chosen(kind: ConsumerKind, only: tuple[str, ...]) -> tuple[Probe, ...]:
    if unknown := set(only) - {one.id for one in probes(kind)}:
        raise Trouble("INPUT-001", f"{', '.join(sorted(unknown))}: madoguchi vendor check --list")
    return tuple(one for one in probes(kind) if not only or one.id in only)


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as made:  # nosec B108 - a new folder for its owner alone
        yield Path(made)


def _await_consumer(bench: Bench, seconds: float) -> None:
    """Until it is heard of. Raises `Trouble` BROKER-010 when it never comes."""
    bench.program.start()
    if not bench.program.commands.run:
        click.echo(f"{bench.credentials} でつないでください（{seconds:.0f}秒待ちます）", err=True)
    if not bench.has_come(seconds):
        raise Trouble("BROKER-010", _last_words(bench))


def _last_words(bench: Bench) -> str:
    log = bench.credentials.with_name(RUN_LOG)
    words = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    return words[-1][:200] if words else ""


def _tried(bench: Bench, probe: Probe) -> Line:
    outcome = _impossible(bench, probe) or ACTS[probe.act](bench, probe)
    if bench.program.has_died():
        outcome = Outcome(Verdict.FAIL, "プログラムが終わってしまいました（consumer.log）")
    line = Line(probe, outcome)
    click.echo(as_line(line))
    return line


def _impossible(bench: Bench, probe: Probe) -> Outcome | None:
    """Why a probe is not tried; None when it is."""
    commands = bench.program.commands
    offered = {Offer.ASK: commands.ask, Offer.HAND_IN: commands.hand_in}
    if probe.offer is not None and not offered.get(probe.offer, probe.offer in bench.terms.takes):
        return Outcome(Verdict.NOT_OFFERED, f"{probe.offer.option} の指定がありません")
    if (probe.needs and not commands.run) or (probe.needs == "stored" and not commands.stored):
        options = "--run" if probe.needs == "run" else "--run と --stored"
        return not_seen(f"{options} がないため見られません")
    return None


def _product(bench: Bench) -> str:
    for one in bench.witness.seen:
        if one.word == "hello" and one.message and one.message.get("product"):
            return f"{one.message['product']} {one.message.get('version', '')}".strip()
    return ""


def _status(lines: tuple[Line, ...]) -> Exit:
    if any(line.is_failure for line in lines):
        return Exit.TROUBLE
    return Exit.DEFERRED if any(one.outcome.verdict is Verdict.NOT_SEEN for one in lines) else Exit.OK
