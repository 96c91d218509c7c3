"""`madoguchi vendor new`: a folder to begin with: small consumers, a README, and the credentials in their place."""

import json
import shutil
from pathlib import Path

import click

from appliance.cli.common import state_option
from appliance.cli.vendor.credentials import FILE, facts_in
from appliance.contract_files import contract_folder
from appliance.eligibility.trouble import Trouble
from appliance.sync.broker_accounts import write_private

README = "starter.md"


@click.command()
@state_option
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The ZIP a clinic handed over, or the demo.json of a running virtual box.",
)
def new(folder: Path, source: Path | None) -> None:
    """Make DIR with three reference consumers (MQTT in Python and JavaScript, HTTP API in Python), a README in Japanese and English, and credentials."""
    if folder.exists() and any(folder.iterdir()):
        raise Trouble("INPUT-001", f"{folder} は空ではありません")
    contract = contract_folder()
    if source is not None:
        put_credentials(source, folder / "credentials")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("consumer.py", "consumer.js", "consumer_api.py"):
        shutil.copyfile(contract / "consumers" / name, folder / name)
    shutil.copyfile(contract / README, folder / "README.md")
    click.echo(str(folder))


def put_credentials(source: Path, folder: Path) -> None:
    """The credentials in `source` as a folder of two files (one where no CA is needed), which only the owner may read.

    Raises `Trouble`, `OSError`.
    """
    facts, ca = facts_in(source)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if ca:
        (folder / "ca.pem").write_bytes(ca)
    kept = {**facts, "ca": "ca.pem" if ca else None}
    write_private(folder / FILE, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
