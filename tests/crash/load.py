"""People at work while processes die: a receptionist who types, a レセコン that asks by files, lists that are asked at once.

What each of them was told is remembered: that is what must not be lost.
"""

import contextlib
import itertools
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import urllib3

from appliance.eligibility.message_xml import write
from tests.bulk_lists import as_list, row
from tests.crash.clinic import Clinic
from tests.sync.family_requests import single

PEOPLE = ("p01", "p02", "p03")
_TOKEN = re.compile(r'<meta name="csrf-token" content="([0-9a-f]+)">')
_BREATH = 0.05
_MOST_OPEN = 200
"""Who has that many answers to wait for asks no more: a box that hardly ever lives would only pile up work."""


@dataclass
class Said:
    """What the box has accepted, and what it has been asked without an answer."""

    entries: dict[str, str] = field(default_factory=dict)
    """The mark typed as 記号 of each entry that was acknowledged → the check's id."""
    unsure: set[str] = field(default_factory=set)
    """Marks of entries whose answer never came: they count once or not at all."""
    dropped: set[str] = field(default_factory=set)
    """Suffixes of requests put into req/."""
    imported: dict[str, set[bytes]] = field(default_factory=dict)
    """What came back under each name in res/."""
    runs: dict[str, int] = field(default_factory=dict)
    """Bulk runs that were let go, and how many people each asks about."""

    @property
    def summary(self) -> str:
        """How much there was to lose."""
        return (
            f"{len(self.entries)} entries acknowledged ({len(self.unsure)} more cut off), "
            f"{len(self.dropped)} requests in the folder, {len(self.runs)} bulk runs"
        )


class Desk:
    """The box's pages as a program of the clinic uses them; answers None where the connection broke."""

    def __init__(self, clinic: Clinic, said: Said) -> None:
        self._clinic = clinic
        self._said = said
        self._url = f"https://127.0.0.1:{clinic.settings.web_port}"
        self._http = urllib3.PoolManager(
            ca_certs=str(clinic.box.tls_dir / "ca.pem"), retries=False, timeout=5.0, maxsize=4
        )
        self._headers: dict[str, str] = {}
        self.is_answered = False
        """Whether the last request was."""
        self.status = 0
        self.trouble = ""
        """What the last entry was answered with, and the code of what was wrong with it."""

    def sign_in(self) -> None:
        """Sign in; the sign-in stands in the ledger and outlives the web process."""
        name, password = next(
            (one["name"], one["password"])
            for one in self._clinic.facts["accounts"]
            if one["role"] == "reception"
        )
        answer = self.post("/sign-in", fields={"name": name, "password": password})
        assert answer is not None
        assert answer.status == 303
        self._headers = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        page = self._http.request("GET", f"{self._url}/", headers=self._headers).data.decode()
        found = _TOKEN.search(page)
        assert found is not None
        self._headers["X-CSRF-Token"] = found[1]

    def is_up(self) -> bool:
        """Whether the pages answer."""
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            return self._http.request("GET", f"{self._url}/health").status == 200
        return False

    def post(self, path: str, **content: Any) -> urllib3.BaseHTTPResponse | None:
        """One request; None when no answer came."""
        self.is_answered = False
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            answer = self._http.request(
                "POST", self._url + path, headers=self._headers, encode_multipart=False, **content
            )
            self.is_answered = True
            return answer
        return None

    def type_in(self, mark: str) -> None:
        """One manual entry; `status` is 0 when it got no answer."""
        fields = {
            "insurer_number": "06139992",
            "symbol": mark,
            "number": "3456",
            "branch": "00",
            "birthdate": "19800217",
        }
        answer = self.post("/reception/manual", fields=fields)
        self.status = answer.status if answer is not None else 0
        if answer is None:
            self._said.unsure.add(mark)
        elif answer.status == 201:
            self._said.entries[mark] = answer.json()["id"]
        else:
            self.trouble = answer.json()["error"]["code"]

    def ask_list(self, people: int) -> None:
        """Upload a list and let it go at once."""
        rows = (row(PEOPLE[number % 3], patient=secrets.token_hex(4)) for number in range(people))
        taken = self.post("/bulk/lists/appointments", body=as_list(*rows))
        if taken is None or taken.status != 200:
            return
        run_id = taken.json()["id"]
        let_go = self.post(f"/bulk/{run_id}/release", fields={"when": "now"})
        if let_go is not None and let_go.status < 400:
            self._said.runs[run_id] = people


class Counterpart:
    """A レセコン at the shared folder: puts requests down whole, takes away what came back."""

    def __init__(self, clinic: Clinic, said: Said) -> None:
        self._root = clinic.folder
        self._said = said
        self._serial: Iterator[int] = itertools.count(1)

    def ask(self) -> str:
        """Drop one request; its suffix."""
        suffix = f"{next(self._serial):012d}"
        aside = self._root / "req" / f".{suffix}.part"
        aside.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(write(single(PEOPLE[int(suffix) % 3])))
        aside.rename(aside.with_name(f"OQSsiquc01req_{suffix}.xml"))
        self._said.dropped.add(suffix)
        return suffix

    def take(self) -> None:
        """Import what lies in res/ and delete it there."""
        for path in (self._root / "res").glob("*.xml"):
            self._said.imported.setdefault(path.name, set()).add(path.read_bytes())
            path.unlink()


class Load:
    """All of them at work, from `with` to its end."""

    def __init__(self, clinic: Clinic, said: Said, *, pause: float = _BREATH, list_every: int = 60) -> None:
        self._desk = Desk(clinic, said)
        self._counterpart = Counterpart(clinic, said)
        self._clinic = clinic
        self._pause = pause
        self._list_every = list_every
        self._over = threading.Event()
        self.troubles: list[BaseException] = []
        jobs = (self._type, self._exchange)
        self._threads = [threading.Thread(target=self._work, args=(job,), daemon=True) for job in jobs]

    def __enter__(self) -> "Load":
        self._desk.sign_in()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def is_up(self) -> bool:
        """Whether the pages answer."""
        return self._desk.is_up()

    def finish(self) -> None:
        """Take what came back since."""
        self._counterpart.take()

    def _work(self, job: Any) -> None:
        try:
            for number in itertools.count(1):
                if self._over.wait(self._pause):
                    return
                job(number)
        except BaseException as error:  # whoever waits for the end is told
            self.troubles.append(error)

    def _type(self, number: int) -> None:
        if self._clinic.open_checks() > _MOST_OPEN:
            return
        self._desk.type_in(f"E{number}")
        if number % self._list_every == 0:
            self._desk.ask_list(5)

    def _exchange(self, number: int) -> None:
        if number % 2 and self._clinic.open_checks() <= _MOST_OPEN:
            self._counterpart.ask()
        self._counterpart.take()
