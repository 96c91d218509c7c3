"""Whom to call: a site's own rows first, and what is wrong with a row is said by file and line."""

import pytest

from appliance.eligibility.contacts import PACKAGED, Contact, contacts

ROW = '[[contact]]\nname = "レセコンの保守"\nphone = "03-0000-0000"\n'


def test_the_sites_own_come_first() -> None:
    found, refused = contacts({"contacts.d/ours.toml": ROW + 'when = "結果が届かない"\n'})
    assert found == (
        Contact(name="レセコンの保守", phone="03-0000-0000", when="結果が届かない"),
        *PACKAGED,
    )
    assert refused == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[contact]]\nname = "x"\n', "phone がありません"),
        ('[[contact]]\nname = "x"\nphone = 3\n', "phone の値が正しくありません"),
        (ROW + 'fax = "1"\n', "知らない項目です: fax"),
        (ROW + 'source = "x"\n', "知らない項目です: source"),
        ('[[person]]\nname = "x"\n', "知らない表です: person"),
        ("nonsense", ""),
    ],
)
def test_a_wrong_row_takes_nothing_else_with_it(text: str, says: str) -> None:
    found, refused = contacts({"contacts.d/a.toml": text, "contacts.d/b.toml": ROW})
    assert [one.name for one in found][:1] == ["レセコンの保守"]
    (refusal,) = refused
    assert refusal.file == "contacts.d/a.toml"
    assert says in refusal.reason
