"""`madoguchi vendor box`: what a consumer at the broker meets, and no more: the box's sync, mosquitto, the virtual center."""

import click

from appliance.cli import launch
from appliance.cli.common import box_of, state_option
from appliance.cli.keeping import stop_on_signals, wait_until_ready, watch
from appliance.demo.alone import alone_in
from appliance.ledger.times import utc_now

VENDOR_STATE = "vendor-box"
"""The state folder when none is named; it lies where the command is called."""


@click.command()
@state_option
@click.pass_context
def box(ctx: click.Context) -> None:
    """Start a virtual box without pages and readers. Ctrl-C stops it; what it has not delivered stays for the next time."""
    found = box_of(ctx, VENDOR_STATE)
    with alone_in(found.root):
        stop = stop_on_signals()
        settings, _facts = launch.prepare_demo(found, utc_now())
        running = launch.start_for_vendor(found, settings)
        try:
            if wait_until_ready(running, lambda: launch.missing_for_vendor(running), stop):
                click.echo(f"ready mqtts://{settings.broker_host}:{settings.broker_port}")
                click.echo(_hints(str(found.root / "demo.json")), err=True)
                watch(running, stop)
        finally:
            running.stop()


def _hints(facts: str) -> str:
    return f"""
接続の情報    {facts}（mqtt）
試してみること（別の端末で、同じフォルダーで）
    madoguchi vendor new my-emr --from {VENDOR_STATE}/demo.json    … 見本プログラムと説明のフォルダー
    madoguchi vendor play --list                                   … 流せる結果の一覧
    madoguchi vendor play valid                                    … 一つ流す（all で全部）
    madoguchi vendor watch --from {VENDOR_STATE}/demo.json         … 届くものを見る
Ctrl-C で終わります。"""
