"""What is asked of a password (docs: 安全管理ガイドライン 6.0 版, システム運用編 14 章), so that nobody has to change one by the calendar.

Letters, digits and symbols mixed, `SHORTEST` characters; where a second factor is given at each sign-in, `SHORTEST_WITH_SECOND`.
Hard to guess: what is left without common words, years, rows of keys and the account's own name must still be something.
"""

import re
import unicodedata

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger.common_passwords import WORDS

SHORTEST = 13
SHORTEST_WITH_SECOND = 8
LONGEST = 200
_LEAST_LEFT = 5
"""Different characters that must be left."""

_PARTS = re.compile(
    "|".join(
        (
            *map(re.escape, sorted(WORDS.split(), key=len, reverse=True)),
            r"(?:19|20)\d\d",
            r"(?:0123|1234|2345|3456|4567|5678|6789|9876|8765|7654|6543|5432|4321)\d*",
            r"(.)\1{2,}",
        )
    )
)
_KINDS = (re.compile(r"[a-z]"), re.compile(r"[0-9]"), re.compile(r"[^a-z0-9]"))

RULES = (
    said(
        "{shortest}文字以上で、英字・数字・記号を混ぜる（かなや漢字は記号と同じに数えます）。",
        shortest=SHORTEST,
    ),
    said(
        "サインインのたびに2段階認証をする役割では、{shortest}文字以上で足ります。",
        shortest=SHORTEST_WITH_SECOND,
    ),
    "名前、よくある言葉、年、並んだ数字だけでできたものは使えません。",
    "ほかのところで使っているパスワードは避けてください。",
)
"""For the page. The last one nobody can check."""


def check(name: str, password: str, *, with_second: bool) -> None:
    """Raises `Trouble` INPUT-001 with the rule that is not kept. Its text never holds the password.

    `with_second`: the account gives a second factor at each sign-in.
    """
    shortest = SHORTEST_WITH_SECOND if with_second else SHORTEST
    if len(password) < shortest:
        raise Trouble("INPUT-001", said("パスワードは{shortest}文字以上です", shortest=shortest))
    if len(password) > LONGEST:
        raise Trouble("INPUT-001", said("パスワードは{longest}文字までです", longest=LONGEST))
    plain = unicodedata.normalize("NFKC", password).casefold()
    if not all(kind.search(plain) for kind in _KINDS):
        raise Trouble("INPUT-001", "パスワードには英字・数字・記号を混ぜてください")
    if len(set(_left(name, plain))) < _LEAST_LEFT:
        raise Trouble("INPUT-001", "推測されやすいパスワードです。名前やよくある言葉だけにしないでください")


def _left(name: str, plain: str) -> str:
    own = unicodedata.normalize("NFKC", name).casefold()
    return _PARTS.sub("", plain.replace(own, "") if own else plain)
