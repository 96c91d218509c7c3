"""`madoguchi users`: a state folder for processes that each have a user of their own, in one group."""

import grp
import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from appliance.cli.at_work import at_work
from appliance.cli.common import Group, box_of, state_option
from appliance.eligibility.trouble import Trouble


def _number(of: Callable[[str], int]) -> Callable[[click.Context, click.Parameter, str], int]:
    def parsed(_ctx: click.Context, _parameter: click.Parameter, text: str) -> int:
        try:
            return int(text) if text.isdecimal() else of(text)
        except KeyError as error:
            raise click.BadParameter(f"{text}: not known on this machine") from error

    return parsed


_user = _number(lambda name: pwd.getpwnam(name).pw_uid)
_group = _number(lambda name: grp.getgrnam(name).gr_gid)


@click.group(cls=Group)
@state_option
def users() -> None:
    """The users of a box's processes."""


@users.command("lay-out")
@state_option
@click.option("--group", required=True, callback=_group, help="The group that all of them are in.")
@click.option(
    "--sync",
    required=True,
    callback=_user,
    help="The user of sync and broker; the clinic's keys are its alone.",
)
@click.option(
    "--web",
    required=True,
    callback=_user,
    help="The user of web; the key of second factors is its alone. devices and sync hear of it by MADOGUCHI_WEB_USER.",
)
@click.pass_context
def lay_out(ctx: click.Context, group: int, sync: int, web: int) -> None:
    """Give the state folder to the group, and each key to the one user that needs it. As root, with the services stopped."""
    box = box_of(ctx)
    box.load()
    if os.geteuid() != 0:
        raise click.UsageError("Only root may give files to others.")
    if running := at_work(box):
        raise Trouble("BOX-008", "、".join(running))
    box.create()
    for path in (box.root, *_below(box.root)):
        _give(path, sync, group, 0o2770 if path.is_dir() else 0o660)
    for path in (box.certificate_dir, *_below(box.certificate_dir)):
        _give(path, sync, group, 0o700 if path.is_dir() else 0o600)
    if box.second_factor_key.exists():
        _give(box.second_factor_key, web, group, 0o600)
    click.echo(str(box.root))


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        # A link may lead anywhere, and a socket is made anew by whoever listens.
        if not path.is_symlink() and (path.is_dir() or path.is_file()):
            yield path


def _give(path: Path, user: int, group: int, mode: int) -> None:
    os.chown(path, user, group, follow_symlinks=False)
    path.chmod(mode)
