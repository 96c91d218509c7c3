"""The house whose boxes and consumers the guide's examples are written for; its passwords live as long as a test's folder."""

import re
from collections.abc import Sequence
from pathlib import Path

from appliance import identity
from appliance.identity import ServerFiles
from appliance.ledger.times import utc_now

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "many-boxes.md"
BOXES = ("1399999996", "1399999988")
CONSUMER, OTHER = "chart", "pharmacy"
NODES = 3


def password_of(account: str) -> str:
    """What the guide's examples have in its place is `PASSWORD-OF-<account>`."""
    return f"a-secret-of-{account}"


def example(mark: str, boxes: Sequence[str] = BOXES) -> str:
    """The one fenced block of the guide that holds `mark`, with passwords filled in and the rights of further boxes beside."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if mark in block]
    of_one = re.compile(rf"(?:^.*{BOXES[0]}.*\n)+", re.MULTILINE)
    for code in boxes:
        if code not in BOXES:
            found = of_one.sub(lambda match, code=code: match[0] + match[0].replace(BOXES[0], code), found)  # type: ignore[misc]
    return re.sub(r"PASSWORD-OF-([a-z0-9-]+)", lambda match: password_of(match[1]), found)


def certificates(folder: Path) -> tuple[Path, ServerFiles]:
    """The CA of the house's own cluster, and what each of its nodes shows."""
    folder.mkdir()
    ca = identity.authority(folder, "ca", "CA of a cluster for tests", utc_now())
    return ca.certificate_file, identity.server_files(
        ca, folder, "node", ("localhost", "127.0.0.1"), utc_now()
    )
