"""A person at the pages of a machine, without a browser: keeps the cookies, sends the forms with their token."""

import http.cookiejar
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

import pyotp

_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')
_SECRET = re.compile(r'id="secret"[^>]*>([A-Z2-7 ]+)<')
_PAGE = {"Accept": "text/html"}
_SECONDS = 60.0


class PageError(AssertionError):
    """A page refused; its code and words stand in the text."""


class Person:
    """One browser. Nobody checks here whether the certificate is to be trusted: who does that is a PC's own set-up."""

    def __init__(self, url: str) -> None:
        self._url = url
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self._token = ""

    def get(self, path: str) -> str:
        """A page, after all that it leads to. Raises `PageError`, `OSError`."""
        text = self._send(path).decode()
        self._learn(text)
        return text

    def post(self, path: str, **form: str) -> bytes:
        """Send a form; what comes of it. Raises `PageError`, `OSError`."""
        given = urllib.parse.urlencode(form | {"csrf_token": self._token}).encode()
        content = self._send(path, given)
        self._learn(content.decode("utf-8", "replace"))
        return content

    def touch(self, path: str, **body: object) -> None:
        """What a script of the page sends. Raises `PageError`, `OSError`."""
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self._token}
        self._send(path, json.dumps(body).encode(), headers | {"Accept": "application/json"})

    def begin(self, code: str, name: str, password: str) -> None:
        """Become the first administrator of a box, with an app for one-time codes. Raises `PageError`, `OSError`."""
        self.post("/start", code=code, name=name, password=password, again=password)
        self.get("/second/new")
        secret = _SECRET.search(self.post("/second/new").decode())
        if secret is None:
            raise PageError("no secret to scan")
        self.post("/second/confirm", code=pyotp.TOTP(secret[1].replace(" ", "")).now())
        self.get("/desk")

    def _learn(self, text: str) -> None:
        found = _TOKEN.search(text)
        self._token = found[1] if found else self._token

    def _send(self, path: str, given: bytes | None = None, headers: Mapping[str, str] = _PAGE) -> bytes:
        request = urllib.request.Request(self._url + path, given, dict(headers))  # noqa: S310 - https, to loopback
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                content: Any = answer.read()
                return bytes(content)
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            code = re.search(r"[A-Z]+-[0-9]{3}", text)
            raise PageError(f"{path}: {error.code} {code[0] if code else text[:300]}") from error
