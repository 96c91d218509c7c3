"""Names of the files in req/, res/ and face/ of a folder that the box serves."""

from datetime import datetime

from appliance.eligibility import file_names
from appliance.eligibility.file_names import XML, ZIP, Direction, FaceMark, FileName
from appliance.eligibility.request_families import FOLDER_FAMILIES, Family
from appliance.ledger.times import JAPAN

_FACE_ID_LENGTH = 20


def request_name(file_name: str) -> FileName | None:
    """`file_name` as a request, of a family the box serves or not; None when it is none."""
    found = file_names.parse(file_name)
    if found is None or found.direction is not Direction.REQUEST:
        return None
    return found if found.extension.lower() in (XML, ZIP) else None


def family_of(name: FileName) -> Family | None:
    """What a request of this name asks; None for what the box cannot answer."""
    family = name.family.removesuffix(Direction.REQUEST)
    return Family(family) if family in FOLDER_FAMILIES else None


def named(family: Family, direction: Direction, suffix: str, extension: str) -> str:
    """The name of a request or of its answer."""
    return str(file_names.build(f"{family}{direction}", suffix, extension))


def face_name(institution_code: str, delivery_id: str, answered_at: datetime, extension: str = XML) -> str:
    """A card result in face/. The same delivery has the same name at each try, so a repeat replaces."""
    stamp = answered_at.astimezone(JAPAN).strftime("%Y%m%d%H%M%S")
    mark = FaceMark(f"{institution_code}{delivery_id[:_FACE_ID_LENGTH]}", stamp)
    return str(file_names.face_name(mark).with_extension(extension))
