"""Names of the files in req/, res/ and face/."""

import re
from dataclasses import dataclass
from datetime import datetime

from appliance.ledger.times import JAPAN

_REQUEST = re.compile(r"OQSsiquc01req_(?P<suffix>.*)\.(?i:xml)", re.DOTALL)
_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FACE_ID_LENGTH = 20


@dataclass(frozen=True)
class RequestName:
    """A name in req/ that is meant for us. `suffix` is the sender's; it may be anything, a patient's number even."""

    file_name: str
    suffix: str

    @property
    def is_usable(self) -> bool:
        """Whether the suffix may become part of a name of ours."""
        return _SUFFIX.fullmatch(self.suffix) is not None

    @property
    def error_name(self) -> str:
        """`<same base name>.err`."""
        return self.file_name[: -len(".xml")] + ".err"


def request_name(file_name: str) -> RequestName | None:
    """`file_name` as a single request, None when it is none."""
    found = _REQUEST.fullmatch(file_name)
    return RequestName(file_name, found["suffix"]) if found else None


def result_name(suffix: str) -> str:
    """The answer in res/ to the request with this suffix."""
    return f"OQSsiquc01res_{suffix}.xml"


def face_name(institution_code: str, delivery_id: str, answered_at: datetime) -> str:
    """A card result in face/. The same delivery has the same name at each try, so a repeat replaces."""
    stamp = answered_at.astimezone(JAPAN).strftime("%Y%m%d%H%M%S")
    return f"OQSsiquc01res_face_{institution_code}{delivery_id[:_FACE_ID_LENGTH]}_{stamp}.xml"
