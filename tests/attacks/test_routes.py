"""Who may call what: every route called by everybody, and compared with the table in `routes.txt` that a person has read.

A new route fails here until it stands there. `python -m tests.attacks.test_routes` writes the table as it is; read what it changes.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from appliance.web.guard import SAFE_METHODS
from tests.attacks.actors import rows
from tests.web.desk_world import Desk, desk_in

TABLE = Path(__file__).with_name("routes.txt")
HEAD = """\
# Who may call what. R 受付, C 有資格者 with the second factor given, A 管理者, M 保守, P a touch display, U 有資格者 without
# the second factor, S a stranger, T a consumer's token, F the figures' token. A letter: let in. 2: asked for the second factor. .: refused.
"""


def _table(desk: Desk) -> list[str]:
    return sorted(rows(desk, desk.app()), key=lambda line: line.split()[1::-1])


def _wanted() -> Iterator[str]:
    return (line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))


def test_everybody_may_call_what_the_table_says_and_nothing_else(desk: Desk) -> None:
    is_so, ought = set(_table(desk)), set(_wanted())
    assert sorted(is_so - ought) == []
    assert sorted(ought - is_so) == []


def test_the_table_opens_nothing_to_a_stranger_but_the_way_in() -> None:
    opened = [line.split()[:2] for line in _wanted() if "S" in line.split()[2:]]
    assert [path for _, path in opened] == [
        "/api/1/openapi.json",
        "/health",
        "/language",
        "/screen",
        "/screen",
        "/sign-in",
        "/sign-in",
        "/start",
        "/start",
        "/trust",
        "/trust/madoguchi-ca.crt",
        "/trust/madoguchi-ca.pem",
    ]


def test_medical_information_is_the_clinicians_alone() -> None:
    medical = [line.split() for line in _wanted() if line.split()[1].startswith(("/clinical", "/disaster"))]
    open_to = {path: "".join(cells) for method, path, *cells in medical if path != "/disaster/banner"}
    assert len(open_to) >= 10
    assert set(open_to.values()) == {".C...2..."}


def test_a_touch_display_changes_nothing_but_its_own_visit() -> None:
    changing = [
        line.split()[1]
        for line in _wanted()
        if "P" in line.split()[2:] and line.split()[0] not in SAFE_METHODS and "S" not in line.split()[2:]
    ]
    assert [path for path in changing if not path.startswith("/patient/<reader>/")] == ["/sign-out"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder, desk_in(Path(folder)) as made:
        TABLE.write_text(HEAD + "\n".join(_table(made)) + "\n", "utf-8")
    sys.exit(0)
