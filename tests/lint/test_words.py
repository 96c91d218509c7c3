"""One thing has one word, whoever writes about it: on pages, in advice, in documents."""

from pathlib import Path

from tests.lint.tracked import ROOT, project_files

# Staff reads all of it: the patient's own screen and sheets speak to the patient and need no such word.
SAID_OTHERWISE = {"患者さま": "患者さん", "患者様": "患者さん"}

_READ = {".css", ".html", ".js", ".json", ".md", ".po", ".py", ".toml", ".yaml"}


def other_words(text: str) -> list[str]:
    """Which words of the text have another in their place."""
    return [f"{word}: {ours}" for word, ours in SAID_OTHERWISE.items() if word in text]


def test_each_word_is_the_one_of_the_house() -> None:
    read = [path for path in project_files() if path.suffix in _READ and path != Path(__file__)]
    assert len(read) > 100
    found = {
        str(path.relative_to(ROOT)): words
        for path in read
        if (words := other_words(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_another_word_is_found() -> None:
    assert other_words("患者さまの画面") == ["患者さま: 患者さん"]
    assert other_words("患者さんの画面") == []
