"""`madoguchi demo camera`: who stands before the virtual camera."""

import click

from appliance.cli.common import DEMO_STATE, Group, box_of, print_json, state_option
from appliance.demo.camera_client import CameraKnobs
from appliance.demo.camera_scene import Light, Wearing


@click.group(cls=Group)
@state_option
def camera() -> None:
    """Put people before the virtual camera of a demo with --face."""


@camera.command()
@state_option
@click.argument("people", nargs=-1)
@click.option("--light", type=click.Choice([one.value for one in Light]), default=Light.ORDINARY.value)
@click.option("--wearing", type=click.Choice([one.value for one in Wearing]), default=Wearing.NOTHING.value)
@click.option("--distance", type=click.FloatRange(0.3, 10), default=1.0, help="1 is right in front.")
@click.option("--picture", is_flag=True, help="A picture is held up instead of a face.")
@click.pass_context
def show(
    ctx: click.Context, people: tuple[str, ...], light: str, wearing: str, distance: float, picture: bool
) -> None:
    """PEOPLE (p01 …, nobody when left out) stand before the camera."""
    knobs = CameraKnobs(box_of(ctx, DEMO_STATE).root)
    knobs.show(*people, light=light, wearing=wearing, distance=distance, picture=picture)
    print_json({"people": list(people)})


@camera.command()
@state_option
@click.argument("person")
@click.option("--back", is_flag=True, help="With the back to the camera.")
@click.option("--glare", is_flag=True, help="With a lamp mirrored in it.")
@click.option("--light", type=click.Choice([one.value for one in Light]), default=Light.ORDINARY.value)
@click.option("--distance", type=click.FloatRange(0.3, 10), default=1.0, help="1 is right in front.")
@click.option("--blur", type=click.FloatRange(0, 20), default=0.0, help="Out of focus by so many pixels.")
@click.pass_context
def card(
    ctx: click.Context, person: str, back: bool, glare: bool, light: str, distance: float, blur: float
) -> None:
    """PERSON holds their card up to the camera; `show` puts it down."""
    knobs = CameraKnobs(box_of(ctx, DEMO_STATE).root)
    knobs.hold_card(person, back=back, glare=glare, light=light, distance=distance, blur=blur)
    print_json({"card": person, "side": "back" if back else "front"})


@camera.command()
@state_option
@click.argument("degrees", type=click.FloatRange(-60, 60))
@click.pass_context
def turn(ctx: click.Context, degrees: float) -> None:
    """They turn their heads by DEGREES, positive to their own left."""
    CameraKnobs(box_of(ctx, DEMO_STATE).root).turn(degrees)
    print_json({"degrees": degrees})
