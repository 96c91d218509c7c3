"""`madoguchi message read`, `check` and `fhir`: what a file says, what a strict reader would object to, and the same as FHIR.

Needs no box.
"""

from pathlib import Path
from typing import Any

import click

from appliance.cli.common import Exit, Group, print_json
from appliance.eligibility import families, file_names
from appliance.eligibility.err_file import ErrFile, read_err
from appliance.eligibility.fhir.bundle import bundle
from appliance.eligibility.file_names import ERR, FileName
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.message_check import Finding, Weight, findings
from appliance.eligibility.message_json import reading_as_json
from appliance.eligibility.message_text import as_page
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of Japanese text.")

_MARKS = {Weight.OBJECTION: "✗", Weight.NOTE: "・"}
_NOT_READ = (file_names.PDF, file_names.ZIP)


@click.group(cls=Group)
def message() -> None:
    """Explain the files of the folder interface."""


@message.command()
@FILE
@AS_JSON
def read(file: Path, as_json: bool) -> None:
    """What FILE says. Knows every family, and .err files."""
    data, name = _bytes(file), file_names.parse(file.name)
    if file.suffix.lower() == f".{ERR}":
        _print_err(read_err(data), as_json)
        return
    reading = families.read(data, name)
    if as_json:
        print_json(reading_as_json(reading))
    else:
        click.echo(as_page(reading), nl=False)


@message.command()
@FILE
@AS_JSON
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """What a strict reader would object to in FILE. Exit status 1 when there is anything."""
    found = _findings(_bytes(file), file_names.parse(file.name))
    objections = [one for one in found if one.weight is Weight.OBJECTION]
    if as_json:
        print_json([_as_json(one) for one in found])
    else:
        for one in found:
            click.echo(_line(one))
        click.echo(f"指摘 {len(objections)} 件、参考 {len(found) - len(objections)} 件")
    ctx.exit(Exit.TROUBLE if objections else Exit.OK)


@message.command()
@FILE
def fhir(file: Path) -> None:
    """FILE, the result of a single check, as a FHIR R4 Bundle; contract/fhir.md says where each element lies."""
    reading = families.read(_bytes(file), file_names.parse(file.name))
    if not isinstance(reading.message, ResultMessage):
        raise Trouble("INPUT-003", "FHIRにするのは、1人の資格確認の結果だけです")
    print_json(bundle(reading.message))


def _findings(data: bytes, name: FileName | None) -> tuple[Finding, ...]:
    try:
        return findings(data, name)
    except Trouble as trouble:
        # Not even the lenient reader takes it: that is the objection.
        return (Finding(Weight.OBJECTION, str(trouble)),)


def _bytes(file: Path) -> bytes:
    if file.suffix.lower().removeprefix(".") in _NOT_READ:
        raise Trouble("INPUT-002", "PDFとZIPは読みません。ZIPは中のXMLを取り出してください")
    with file.open("rb") as stream:
        return stream.read(BULK_SIZE_LIMIT + 1)


def _print_err(found: ErrFile, as_json: bool) -> None:
    encoding = found.encoding.value if found.encoding is not None else None
    if as_json:
        print_json({"family": ERR, "encoding": encoding, "text": found.text, "bytes": found.data.hex()})
        return
    click.echo(
        f"連携アプリが返したエラー（文字コード: {encoding or '不明'}、内容の仕様は非公開）\n\n{found.text}"
    )


def _as_json(one: Finding) -> dict[str, Any]:
    return {"weight": one.weight.value, "line": one.line, "path": one.path, "text": one.text}


def _line(one: Finding) -> str:
    where = f"{one.line}行目" if one.line is not None else "全体"
    return f"{_MARKS[one.weight]} {where}: {one.text}" + (f"  [{one.path}]" if one.path else "")
