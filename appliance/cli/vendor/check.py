"""`madoguchi vendor check`: plays the box for a vendor's own consumer and says, rule by rule, what was seen."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from appliance.cli.common import Exit, state_option
from appliance.cli.vendor.acts import ACTS
from appliance.cli.vendor.bench import Bench, Commands, open_bench
from appliance.cli.vendor.probes import Line, Outcome, Probe, Verdict, probes
from appliance.cli.vendor.report import Report, as_html, as_line, heading
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now


@click.command()
@state_option
@click.option(
    "--run", default="", help="How to start your consumer; {credentials} stands for its credentials.json."
)
@click.option(
    "--stored", default="", help="A command that prints the delivery ids it has stored, one a line."
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
    run: str,
    stored: str,
    folder: Path | None,
    wait: float,
    patience: float,
    only: tuple[str, ...],
    show_list: bool,
    html: Path | None,
) -> None:
    """Check a consumer against the contract. Exit status 1: a rule is broken; 3: something could not be looked at."""
    if show_list:
        for probe in probes():
            click.echo(f"{probe.id:<18} {' '.join(probe.rules):<16} {probe.title}")
        return
    if not run and folder is None:
        raise Trouble("INPUT-001", "--run か --credentials のどちらかを指定してください")
    wanted = _chosen(only)
    began = utc_now()
    with _folder(folder) as place, open_bench(place, Commands(run, stored), patience) as bench:
        _await_consumer(bench, wait)
        click.echo(heading(began, _product(bench)))
        lines = tuple(_tried(bench, probe) for probe in wanted)
        report = Report(lines, began, utc_now(), _product(bench))
    click.echo(report.summary)
    if html is not None:
        html.write_text(as_html(report), "utf-8")
    ctx.exit(_status(lines))


def _chosen(only: tuple[str, ...]) -> tuple[Probe, ...]:
    if unknown := set(only) - {one.id for one in probes()}:
        raise Trouble("INPUT-001", f"{', '.join(sorted(unknown))}: madoguchi vendor check --list")
    return tuple(one for one in probes() if not only or one.id in only)


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as made:  # nosec B108 - a new folder for its owner alone
        yield Path(made)


def _await_consumer(bench: Bench, seconds: float) -> None:
    """Until it says hello, or acknowledges a result that waits for it. Raises `Trouble` BROKER-010 when it never comes."""
    bench.start_consumer()
    if not bench.commands.run:
        click.echo(f"{bench.credentials} でつないでください（{seconds:.0f}秒待ちます）", err=True)
    bench.deliver("valid")
    heard = bench.witness.until(
        lambda: bench.witness.count("hello") + bench.witness.count("ack") > 0, seconds
    )
    if not heard:
        raise Trouble("BROKER-010", _last_words(bench))


def _last_words(bench: Bench) -> str:
    log = bench.credentials.with_name("consumer.log")
    words = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    return words[-1][:200] if words else ""


def _tried(bench: Bench, probe: Probe) -> Line:
    can = {
        "": True,
        "run": bool(bench.commands.run),
        "stored": bool(bench.commands.run and bench.commands.stored),
    }
    if can[probe.needs]:
        outcome = ACTS[probe.act](bench, probe)
    else:
        options = "--run" if probe.needs == "run" else "--run と --stored"
        outcome = Outcome(Verdict.NOT_SEEN, f"{options} がないため見られません")
    if bench.has_died():
        outcome = Outcome(Verdict.FAIL, "プログラムが終わってしまいました（consumer.log）")
    line = Line(probe, outcome)
    click.echo(as_line(line))
    return line


def _product(bench: Bench) -> str:
    for one in bench.witness.seen:
        if one.word == "hello" and one.message and one.message.get("product"):
            return f"{one.message['product']} {one.message.get('version', '')}".strip()
    return ""


def _status(lines: tuple[Line, ...]) -> Exit:
    if any(line.is_failure for line in lines):
        return Exit.TROUBLE
    return Exit.DEFERRED if any(one.outcome.verdict is Verdict.NOT_SEEN for one in lines) else Exit.OK
