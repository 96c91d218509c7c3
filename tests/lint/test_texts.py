"""Every text of the staff's pages stands once in the catalogue, with its English; and the rule that says so can fail."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from appliance.web.texts.catalogue import FILE, english
from appliance.web.texts.japanese import is_japanese
from tests.lint.texts_rule import Found, difference, in_data, in_python, in_script, in_template, words_of

ROOT = Path(__file__).parents[2] / "appliance"
WEB = ROOT / "web"
# Sheets for patients, the wall and offices stay in Japanese, and so does what only they say.
_SHEETS = re.compile(
    r"printing/(?:templates/printing/(?:card|contacts|points|poster|questionnaire|receipt|reminder)\.html"
    r"|(?:words|phrases|points|sheets|contacts)\.py|static/copy\.js)"
    r"|fallback/(?:templates/fallback/declaration\.html|declaration\.py)"
    r"|outage/templates/outage/report\.html"
    r"|desk/(?:templates/desk/security_checklist\.html|security_(?:checklist|points)\.py)"
)
# Rooms with words of their own: the patient screen's five languages, and this catalogue's code.
_OWN_WORDS = ("patient", "texts")
# Words of the lower floors that pages show. What is written for engineers, and lists of spellings, are not among them.
_SHOWN = """
    ages answer_changes appointments bulk_outcome catalogue certificate charset codes diagnosis disaster documents eras fallback fallback_causes
    families
    fallback_money institutions labels labels_families line_layers local_certificate near_misses number_hints outage
    reader_profiles reader_recovery registering structures visit wording rules/accepted rules/ceilings rules/claims
    rules/copayment rules/duty rules/incentives rules/notices rules/points rules/points_month statistics/counted
"""
_SHOWN_OF_LEDGER = """
    account_list password_rules assets backup/phrase certificates consumer_extras disaster emergency folder_terms follow_ups line month_end month_export outage_notes quotes readers
    trail/deeds trail/words trials
"""
# Data that pages show: which keys of which files.
_DATA = {
    "troubles.toml": {"title", "reception", "engineer"},
    "papers.toml": {"label"},
    "retention.toml": {"label", "holds", "since", "reason"},
    "rules/ceilings.toml": {"label"},
    "rules/checkup_ranges.toml": {"label"},
    "rules/claims.toml": {"note", "uncertain"},
    "rules/consents.toml": {"label"},
    "rules/documents.toml": {"label", "note", "uncertain"},
    "rules/duty.toml": {"text", "reason", "until", "papers", "name", "steps", "note", "uncertain"},
    "rules/incentives.toml": {"name", "note", "uncertain"},
    "rules/notices.toml": {"label", "note"},
    "rules/points.toml": {"level", "note", "uncertain"},
}
# Kana and era names that are typed, looked for or compared, patterns, and keys of rule files: nobody reads them as words.
_NO_WORDS = re.compile(
    r"[ぁ-ゖァ-ヺ゙゚元]|大正|昭和|平成|令和|明治|午後| 要求|madoguchi 装置のCA"
    r"|.*(?:\\d|\(\?|\[[ァ0日]).*|(?:codes|percents|outpatient|months|points|rate_level|share|below|sex|days|at_least)[ （、].*|{key} は数を .*|利用率は 100 以下で.*|同じ条件が needs .*"
    r"|　住所：.*"
)


def words(text: str) -> bool:
    """Whether a text is one that people read."""
    return is_japanese(text) and _NO_WORDS.fullmatch(text) is None


@cache
def pages() -> dict[str, Found]:
    """The texts of each file of the web room that can be in English."""
    files = [path for kind in ("html", "py", "js") for path in sorted(WEB.rglob(f"*.{kind}"))]
    named = {str(path.relative_to(WEB)): path for path in files}
    return {
        name: words_of(path)
        for name, path in named.items()
        if name.split("/")[0] not in _OWN_WORDS and not _SHEETS.fullmatch(name)
    }


@cache
def floors() -> dict[str, Found]:
    """The texts of the lower floors that pages show."""
    files = [ROOT / "eligibility" / f"{name}.py" for name in _SHOWN.split()]
    files += [ROOT / "ledger" / f"{name}.py" for name in _SHOWN_OF_LEDGER.split()]
    # What the self-diagnosis says comes to the desk through the ledger.
    files += sorted((ROOT / "health").rglob("*.py"))
    found = {str(path.relative_to(ROOT)): words_of(path) for path in files}
    for name, keys in _DATA.items():
        found[name] = in_data((ROOT / "eligibility" / name).read_text("utf-8"), frozenset(keys))
    return found


def test_every_text_has_its_english() -> None:
    found = pages() | floors()
    assert len(found) > 250
    missing = {
        text: name for name, one in found.items() for text in one.texts - english().keys() if words(text)
    }
    # A form without words has marks that English writes otherwise: 「{day}（{western}）」.
    missing |= {
        text: name
        for name, one in found.items()
        for text in one.given
        if not text.isascii() and text not in english()
    }
    wanted = [f'# {name}\nmsgid "{text}"\nmsgstr ""\n' for text, name in sorted(missing.items())]
    assert not wanted, "Put these into appliance/web/texts/en.po, with their English:\n\n" + "\n".join(wanted)


def test_no_page_puts_sentences_together_by_hand() -> None:
    assert {name: one.complaints for name, one in pages().items() if one.complaints} == {}


def test_no_english_is_left_over() -> None:
    sources = [path for kind in ("html", "js", "py") for path in WEB.rglob(f"*.{kind}")]
    sources += [path for kind in ("py", "toml") for path in (ROOT / "eligibility").rglob(f"*.{kind}")]
    sources += [path for room in ("health", "ledger") for path in (ROOT / room).rglob("*.py")]
    used = set().union(*(words_of(path).texts for path in sources))
    assert sorted(english().keys() - used) == []


def test_every_text_stands_once() -> None:
    texts = re.findall(r"^msgid .*$", FILE.read_text("utf-8"), re.MULTILINE)
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_the_english_has_the_places_of_the_japanese() -> None:
    given = {
        text: names
        for path in [*WEB.rglob("*.py"), *(ROOT / "eligibility").rglob("*.py")]
        for text, names in words_of(path).given.items()
    }
    wrong = [difference(text, other, given.get(text)) for text, other in english().items()]
    assert [one for one in wrong if one] == []
    assert [text for text, other in english().items() if "&" in other and "{{" not in text] == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>受付</p>", {"受付"}),
        ('<button title="閉じる" value="閉じる">×</button>', {"閉じる"}),
        ("<p>残り{{ n }}回</p>", {"残り{{ n }}回"}),
        ("<p>{% if a %}あり{% else %}なし{% endif %}</p>", {"あり", "なし"}),
        ('<p>{{ "あり" if a == "有" else b }}</p>', {"あり"}),
        ("<p><b>注意</b></p>", {"注意"}),
        ("<p><b>注意</b> あと{{ n }}日</p>", {"<b>注意</b> あと{{ n }}日"}),
        ('<p><a href="/a">一つ</a> <a href="/b">二つ</a></p>', {"一つ", "二つ"}),
        ("<p>{# 受付 #}{{ name }}</p>", set()),
    ],
)
def test_the_texts_of_a_template(source: str, texts: set[str]) -> None:
    assert in_template(source).texts == texts


@pytest.mark.parametrize(
    ("source", "complains"),
    [
        ('x = "受付"', False),
        ('x = said("残り{n}回", n=n)', False),
        ('x = f"残り{n}回"', True),
        ('x = "残り" + n', True),
        ('x = "残り{}回".format(n)', True),
        ('x = f"{n} left"', False),
        ('"""受付の説明"""', False),
    ],
)
def test_a_sentence_put_together_is_found(source: str, complains: bool) -> None:
    assert bool(in_python(source).complaints) is complains


def test_a_script_says_its_texts() -> None:
    assert in_script('a = said("受付");').texts == {"受付"}
    assert in_script("a = said('受付');").complaints != []
    assert in_script('a = "受付";').complaints != []
    assert in_script("a = /[ぁ-ん]/; // 受付").complaints == []


def test_texts_of_data() -> None:
    assert in_data('[[box]]\ntitle = "受付"\ncode = "A"\nwords = ["紙"]').texts == {"受付", "紙"}


@pytest.mark.parametrize(
    ("japanese", "other", "given", "is_wrong"),
    [
        ("残り{n}回", "{n} left", {"n"}, False),
        ("残り{n:,}回", "{n} left", {"n"}, False),
        ("残り{n}回", "left", {"n"}, True),
        ("残り{n}回", "{m} left", {"n"}, True),
        ("{era}{n}年", "{letter}{n}", {"era", "n", "letter"}, False),
        ("残り{{ n }}回", "{{ n }} left", set(), False),
        ("残り{{ n }}回", "{{ m }} left", set(), True),
        ("<b>注意</b>する", "<b>Mind</b> it", set(), False),
        ("<b>注意</b>する", "Mind it", set(), True),
    ],
)
def test_different_places_are_found(japanese: str, other: str, given: set[str], is_wrong: bool) -> None:
    assert bool(difference(japanese, other, given)) is is_wrong
