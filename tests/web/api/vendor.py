"""A consumer of the API at a box: its token, and a client that calls as a vendor's product would."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from appliance.ledger import api_tokens, checks, consumers, results
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from tests.web.desk_world import ORIGIN, Desk

ROOT = "/api/1"


@dataclass
class Vendor:
    """`call` adds the token, nothing else."""

    desk: Desk
    flask: FlaskClient
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = json.dumps(body) if body is not None else None
        return self.flask.open(
            ROOT + path, method=method, base_url=ORIGIN, headers=given | headers, data=data, buffered=True
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def pending(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.get(f"/deliveries{query}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json["deliveries"]
        return found


def vendor_of(desk: Desk, name: str = "chart", lists: Lists | None = None) -> Vendor:
    """The consumer `name`, added when it is not there; each call is another product with a token of its own."""
    consumers.put(desk.ledger, name, ConsumerKind.API, FolderTerms(), desk.now(), ListTerms(lists))
    token = api_tokens.make(desk.ledger, name, "engineer", desk.now())
    return Vendor(desk, desk.app().test_client(), token)


def with_token(vendor: Vendor, token: str) -> Vendor:
    """The same product with another token, at the same running service."""
    return Vendor(vendor.desk, vendor.flask, token)


def unreadable_answer(desk: Desk) -> str:
    """A check whose answer cannot be made into a message; its id."""
    check_id = desk.carded()
    assert checks.claim(desk.ledger, "owner", desk.now(), timedelta(minutes=1)) is not None
    assert results.record(
        desk.ledger,
        check_id,
        "owner",
        xml=b"<broken",
        qualification_validity=None,
        refusal=None,
        now=desk.now(),
    )
    return check_id
