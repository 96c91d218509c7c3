"""`madoguchi reader profile`: what is known of each model, and whether it fits a place."""

from dataclasses import fields
from typing import Any

import click

from appliance.cli.common import Group, print_json, state_option
from appliance.eligibility.reader_profiles import (
    ACCESS_LABELS,
    FIELD_LABELS,
    SCREEN_NOTE,
    Profile,
    Size,
    fits,
    profiles,
    spoken,
)
from appliance.eligibility.reader_profiles import profile as find
from appliance.eligibility.trouble import Trouble


@click.group(cls=Group)
@state_option
def profile() -> None:
    """The models of card readers, as far as their sources say anything."""


@profile.command("list")
@state_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def list_profiles(as_json: bool) -> None:
    """All models."""
    if as_json:
        print_json([profile_as_json(one) for one in profiles()])
        return
    for one in profiles():
        click.echo(f"{one.id:<14} {one.name}")


@profile.command("show")
@state_option
@click.argument("model")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def show_profile(model: str, as_json: bool) -> None:
    """What is known of MODEL (its id in the list). "-" stands where the source says nothing."""
    found = known_profile(model)
    if as_json:
        print_json(profile_as_json(found))
        return
    click.echo("\n".join(profile_text(found)))


@profile.command("fit")
@state_option
@click.argument("model")
@click.option("--width", type=click.IntRange(1), required=True, help="Millimetres that are free.")
@click.option("--depth", type=click.IntRange(1), required=True, help="Millimetres that are free.")
@click.option("--height", type=click.IntRange(1), required=True, help="Millimetres that are free.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def fit(model: str, width: int, depth: int, height: int, as_json: bool) -> None:
    """Whether MODEL fits a place of that size."""
    found = known_profile(model)
    outcomes = fits(found, Size(width, depth, height))
    if as_json:
        rows = [{"stand": one.stand, "fits": one.fits, "reason": one.reason} for one in outcomes]
        print_json({"model": found.id, "outcomes": rows, "not_known": SCREEN_NOTE})
        return
    words = {True: "置けます", False: "置けません", None: "わかりません"}
    for one in outcomes:
        click.echo(" ".join(filter(None, (one.stand, words[one.fits], one.reason))))
    click.echo(f"（{SCREEN_NOTE}）")


def known_profile(model: str) -> Profile:
    """The profile with that id. Raises `Trouble` INPUT-005 when there is none."""
    found = find(model)
    if found is None:
        raise Trouble("INPUT-005", "その機種はありません（madoguchi reader profile list）")
    return found


def profile_text(one: Profile) -> list[str]:
    """A line for each thing that a profile can say."""
    lines = [f"{one.name}（{one.id}）", ACCESS_LABELS[one.access]]
    return lines + [f"  {label}: {spoken(one, key)}" for key, label in FIELD_LABELS.items()]


def profile_as_json(one: Profile) -> dict[str, Any]:
    """All of a profile; null where the source says nothing."""
    found = {item.name: getattr(one, item.name) for item in fields(Profile)}
    for key in ("size", "space"):
        sizes: tuple[Size, ...] = found[key]
        found[key] = [
            {"stand": size.stand, "width": size.width, "depth": size.depth, "height": size.height}
            for size in sizes
        ]
    return found
