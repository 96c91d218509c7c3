"""No secret was ever written into the project: every line that any commit has added is looked at, deleted or not."""

import re
import subprocess
from collections.abc import Iterable, Iterator

import pytest

from tests.lint.tracked import ROOT

_SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "a private key of age": re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{50}"),
    "a key for AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60})"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20}"),
    "a token of a package registry": re.compile(r"\bpypi-AgE[\w-]{50}|\bnpm_[A-Za-z0-9]{36}\b"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10}"),
    "a key for Google": re.compile(r"\bAIza[\w-]{35}\b"),
    "a signed web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "an address with a password": re.compile(
        r"\b[a-z][a-z0-9+]*://[^/\s:@\"'{}<>$]+:[^/\s:@\"'{}<>$]{6,}@[\w.-]+"
    ),
    "a token of this box's API": re.compile(r"\b[0-9a-f]{8}\.[A-Za-z0-9_-]{43}\b"),
}


def secrets_in(lines: Iterable[str]) -> Iterator[str]:
    """What looks like a secret in a diff without context: what it is and where, never the thing itself."""
    commit = name = ""
    for line in lines:
        if line.startswith("commit "):
            commit = line.split()[1]
        elif line.startswith("+++ "):
            name = line[4:].removeprefix("b/").strip()
        elif line.startswith("+"):
            yield from (f"{what} in {name} of {commit}" for what, one in _SECRETS.items() if one.search(line))


def test_no_commit_has_added_a_secret() -> None:
    log = [
        "git",
        "log",
        "--patch",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--format=commit %h",
    ]
    history = subprocess.run(log, cwd=ROOT, check=True, capture_output=True).stdout.decode("utf-8", "replace")
    lines = history.split("\n")
    assert sum(line.startswith("+++ ") for line in lines) > 100
    assert list(secrets_in(lines)) == []


# Put together here, so that this file does not hold what it forbids.
@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED " + "PRIVATE KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJ234567'",
        "ghp_" + "a1" * 18,
        "https://user:" + "hunter22@example.test/x",
        "0a1b2c3d." + "x" * 43,
    ],
)
def test_a_secret_is_found(text: str) -> None:
    found = list(secrets_in(["commit 1234", "+++ b/notes.txt", f"+{text}", f" {text}", f"-{text}"]))
    assert [one.rpartition(" in ")[2] for one in found] == ["notes.txt of 1234"]
    assert text not in "".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----",
        "https://localhost:8443/",
        "mqtts://{name}:{password}@host",
        "0a1b2c3d.json",
    ],
)
def test_what_is_no_secret_passes(text: str) -> None:
    assert list(secrets_in(["commit 1234", "+++ b/notes.txt", f"+{text}"])) == []
