"""A whole paper, from the picture's bytes to its fields. Runs in a process of its own: see `worker.py`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from cv2.typing import MatLike

from appliance.devices.paper import judging
from appliance.devices.paper.digits import DigitReading, read_digits
from appliance.devices.paper.judging import Judged
from appliance.devices.paper.labels import Label, labels_in, paper_of
from appliance.devices.paper.page import Page, page_of
from appliance.devices.paper.picture import decoded
from appliance.devices.paper.regions import Region, region_of
from appliance.devices.paper.second_look import TextReading, read_texts
from appliance.devices.paper.straightening import flattened
from appliance.devices.paper.words import Block, blocks_of
from appliance.eligibility.papers import (
    Check,
    FieldReading,
    PaperField,
    PaperKind,
    PaperReading,
    ValueKind,
    papers,
)
from appliance.eligibility.trouble import Trouble

SHOWN_SIDE = 1400
_ENOUGH_LABELS = 3


@dataclass(frozen=True)
class Look:
    """A page one way up, and what the first reading found on it."""

    paper: MatLike
    page: Page
    blocks: tuple[Block, ...]
    labels: tuple[Label, ...]

    @property
    def fields(self) -> int:
        """How many different labels were found: the more, the surer that this way is up."""
        return len({label.text for label in self.labels if len(label.text) > 2})


def read_paper(data: bytes, today: date) -> PaperReading:
    """Read the picture in `data`.

    Raises `Trouble`: PAPER-001 no picture, PAPER-002 no paper the box knows, PAPER-003 too slow, PAPER-004 no engine.
    """
    look = _upright(flattened(decoded(data)))
    kind = paper_of(look.blocks, look.labels, papers(), look.page.whole.height)
    if kind is None:
        raise Trouble("PAPER-002", f"見出し{look.fields}個")
    return PaperReading(kind.name, kind.label, tuple(_fields(look, kind, today)), _shown(look.paper))


def _upright(paper: MatLike) -> Look:
    """The way up that shows the most labels; most pictures need one look only."""
    looks: list[Look] = []
    for turns in (0, 2, 1, 3) if page_of(paper).is_across else (1, 3, 0, 2):
        turned = np.ascontiguousarray(np.rot90(paper, turns))
        page = page_of(turned)
        blocks = blocks_of(page)
        looks.append(Look(turned, page, blocks, labels_in(blocks, papers())))
        if looks[-1].fields >= _ENOUGH_LABELS:
            break
    return max(looks, key=lambda look: look.fields)


def _fields(look: Look, kind: PaperKind, today: date) -> Iterator[FieldReading]:
    regions = {field.name: region for field in kind.fields if (region := _region(look, field)) is not None}
    judged = _digits(look, kind, regions, today) | _texts(look, kind, regions, today)
    for field in kind.fields:
        region = regions.get(field.name)
        if region is None:
            yield FieldReading(field.name, field.label, None, 0.0, Check.NONE, judging.MISSING, None)
            continue
        found, confidence = judged[field.name]
        yield FieldReading(
            field.name,
            field.label,
            found.value,
            round(confidence, 3),
            found.check,
            found.reason,
            _share(region, look.page),
        )


def _region(look: Look, field: PaperField) -> Region | None:
    """The first place among all labels of `field`; a paper may print a label twice, once without a value."""
    for label in look.labels:
        if label.field == field and (region := region_of(label, look.labels, look.blocks, look.page)):
            return region
    return None


def _digits(
    look: Look, kind: PaperKind, regions: Mapping[str, Region], today: date
) -> dict[str, tuple[Judged, float]]:
    wanted = [field for field in kind.fields if field.kind.is_digits and field.name in regions]
    read = read_digits(look.page, [regions[field.name] for field in wanted])
    return {
        field.name: (_judged_digits(one, regions[field.name], field, kind, today), one.confidence)
        for field, one in zip(wanted, read, strict=True)
    }


def _judged_digits(
    read: DigitReading, region: Region, field: PaperField, kind: PaperKind, today: date
) -> Judged:
    least = judging.LEAST_CONFIDENCE if field.kind.has_check_digit else judging.LEAST_CONFIDENCE_UNCHECKED
    if not read.count or not any(read.texts):
        return Judged(None, Check.NONE, judging.UNSURE)
    texts = read.texts if field.kind.has_check_digit else (*read.texts, region.text.strip("()[]・"))
    if not read.is_agreed or len(set(texts)) != 1:
        return Judged(None, Check.NONE, judging.DISAGREED)
    if read.confidence < least:
        return Judged(None, Check.NONE, judging.UNSURE)
    return judging.judge_number(read.texts[0], field, kind, today)


def _texts(
    look: Look, kind: PaperKind, regions: Mapping[str, Region], today: date
) -> dict[str, tuple[Judged, float]]:
    wanted = [field for field in kind.fields if not field.kind.is_digits and field.name in regions]
    read = read_texts(look.page, [regions[field.name] for field in wanted])
    return {
        field.name: (_judged_text(one, regions[field.name], field, today), one.confidence)
        for field, one in zip(wanted, read, strict=True)
    }


def _judged_text(read: TextReading, region: Region, field: PaperField, today: date) -> Judged:
    if field.kind is ValueKind.NAME:
        return Judged(None, Check.NONE, judging.NAME_REASON)
    if field.kind is ValueKind.RATIO:
        return judging.judge_ratio(read.texts)
    if read.confidence < judging.LEAST_CONFIDENCE_DATE:
        return Judged(None, Check.NONE, judging.UNSURE)
    return judging.judge_dates((*read.texts, region.text), field, region.label, today)


def _share(region: Region, page: Page) -> tuple[float, float, float, float]:
    area, whole = region.area, page.whole
    return (
        round(area.left / whole.width, 4),
        round(area.top / whole.height, 4),
        round(area.width / whole.width, 4),
        round(area.height / whole.height, 4),
    )


def _shown(paper: MatLike) -> bytes:
    factor = SHOWN_SIDE / max(paper.shape[:2])
    small = cv2.resize(paper, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(data)
