"""What a password must be: long and mixed, shorter where a second factor is given, and no common word with a year behind it."""

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import password_rules
from appliance.ledger.password_rules import LONGEST


@pytest.mark.parametrize(
    ("password", "with_second"),
    [
        ("Asa-no-7ji hiraku", False),
        ("朝7時にdoorを開ける、雨でも", False),
        ("k3y&Lamp", True),
        ("correct horse battery 4", False),
        ("Sakura-wa 4gatsu ni chiru", False),  # a common word in a sentence of one's own
    ],
)
def test_what_will_do(password: str, with_second: bool) -> None:
    password_rules.check("sakura", password, with_second=with_second)


@pytest.mark.parametrize(
    ("password", "with_second", "said"),
    [
        ("k3y&Lamp", False, "13文字以上"),
        ("k3y&Lam", True, "8文字以上"),
        ("", True, "8文字以上"),
        ("x1!" * LONGEST, True, "200文字まで"),
        ("onlylettersandmore", False, "混ぜて"),
        ("letters4nddigits7", False, "混ぜて"),
        ("1234567890-=!!!!", False, "混ぜて"),
        ("Password-2026!", False, "推測されやすい"),
        ("ＰＡＳＳＷＯＲＤ１２３４！！", False, "推測されやすい"),
        ("qwerty12345678!", True, "推測されやすい"),
        ("clinic-uketsuke-2025", False, "推測されやすい"),
        ("Yamada-1975-Yamada", True, "推測されやすい"),
        ("aaaaaaaaaaaa1!", False, "推測されやすい"),
        ("momiji-17-momiji!", False, "推測されやすい"),
    ],
)
def test_what_will_not(password: str, with_second: bool, said: str) -> None:
    with pytest.raises(Trouble, match="INPUT-001") as caught:
        password_rules.check("momiji", password, with_second=with_second)
    assert said in caught.value.detail
    assert not password or password not in caught.value.detail
