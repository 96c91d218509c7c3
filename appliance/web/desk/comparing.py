"""Models of card readers beside each other, and which of them fit a place: for everybody who works here, no patient in sight."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from appliance.eligibility.reader_profiles import (
    ACCESS_LABELS,
    FIELD_LABELS,
    SCREEN_NOTE,
    Access,
    Profile,
    Size,
    fits,
    profiles,
    spoken,
)
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.web import errors, guard
from appliance.web.desk.area import blueprint
from appliance.web.desk.drawing import Drawing, front, plan

LARGEST_PLACE = 3000
"""Millimetres. A place for a reader is no room."""

_SIDES = {"width": "幅", "depth": "奥行", "height": "高さ"}


@dataclass(frozen=True)
class Placed:
    """One model, one way to stand it, at the place that was typed. `fits` None: its size is not known."""

    model: Profile
    stand: str
    needs: Size | None
    fits: bool | None
    reason: str
    drawings: tuple[Drawing, ...]


@blueprint.get("/desk/readers/compare")
@guard.allow(*guard.STAFF)
def compare() -> Response:
    """The table, and once a place is typed also what fits there. Both are in the address, so that it can be printed or sent."""
    trouble, place = None, None
    try:
        place = _place()
    except Trouble as refused:
        if not errors.wants_page():
            raise
        trouble = refused
    columns = _chosen()
    answer = make_response(
        render_template(
            "desk/compare.html",
            entry=trouble.entry if trouble else None,
            detail=trouble.detail if trouble else "",
            columns=columns,
            labels=FIELD_LABELS,
            spoken=spoken,
            models=profiles(),
            terminal_models=[one for one in profiles() if one.access is Access.TERMINAL],
            access_labels=ACCESS_LABELS,
            sides=_SIDES,
            typed=request.args,
            largest=LARGEST_PLACE,
            place=place,
            placed=_placed(place) if place else (),
            screen_note=SCREEN_NOTE,
        )
    )
    if trouble:
        answer.status_code = errors.status_of(trouble)
    return answer


def _chosen() -> tuple[Profile, ...]:
    """The models that were ticked; before anybody has ticked one, those with a screen, of which something is known."""
    wanted = request.args.getlist("model")
    found = tuple(one for one in profiles() if one.id in wanted)
    return found or tuple(one for one in profiles() if one.access is Access.TERMINAL)


def _place() -> Size | None:
    """The place that was typed; None when nothing was. Raises `Trouble` INPUT-001 for half a place, or an impossible one."""
    typed = {side: request.args.get(side, "").strip() for side in _SIDES}
    if not any(typed.values()):
        return None
    for side, label in _SIDES.items():
        text = typed[side]
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_PLACE):
            raise Trouble(
                "INPUT-001",
                said(
                    "{label}を1から{largest_place}までのミリメートルで入れてください",
                    label=label,
                    largest_place=LARGEST_PLACE,
                ),
            )
    return Size(int(typed["width"]), int(typed["depth"]), int(typed["height"]))


def _placed(place: Size) -> tuple[Placed, ...]:
    """Every model that has a size or none, what fits first."""
    found = [one for model in profiles() for one in _ways(model, place)]
    order = {True: 0, False: 1, None: 2}
    return tuple(sorted(found, key=lambda one: order[one.fits]))


def _ways(model: Profile, place: Size) -> list[Placed]:
    needed = model.space or model.size or (None,)
    return [
        Placed(
            model,
            outcome.stand,
            needs,
            outcome.fits,
            outcome.reason,
            (plan(place, needs), front(place, needs)) if needs else (),
        )
        for needs, outcome in zip(needed, fits(model, place), strict=True)
    ]
