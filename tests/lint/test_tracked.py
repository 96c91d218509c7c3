"""No file of the project tells of the machine it was written on."""

from pathlib import Path

import pytest

from tests.lint.tracked import ROOT, is_shell, project_files, telltales, text_of


def test_no_file_tells_of_one_machine() -> None:
    texts = {path: text for path in project_files() if (text := text_of(path)) is not None}
    assert len(texts) > 20
    found = [
        f"{path.relative_to(ROOT)}: {t}" for path, text in texts.items() for t in telltales(text, str(ROOT))
    ]
    assert found == []


# Put together here, so that this file does not hold what it forbids.
@pytest.mark.parametrize(
    "text",
    [
        "cd /home" + "/taro/madoguchi",
        "cp /Users" + "/hanako/x .",
        "HOME=/root" + "/.cache",
        "see file:" + "///etc/x",
        "https://pypi" + ".org/simple",
        "--index" + "-url https://mirror.example/simple",
        "deb http://deb" + ".debian.org/debian bookworm main",
        "/srv/checkout/of/somebody/appliance",
    ],
)
def test_telltale_is_found(text: str) -> None:
    assert list(telltales(text, "/srv/checkout/of/somebody"))


@pytest.mark.parametrize(
    "text",
    [
        "/etc/reader.conf.d/vpcd",
        "ProtectHome=yes",
        "--root /var/lib",
        "https://example.test/home/x/",
        "a/root/b",
    ],
)
def test_innocent_text_passes(text: str) -> None:
    assert list(telltales(text, "/srv/checkout/of/somebody")) == []


def test_shell_scripts_are_known_by_name_or_first_line(tmp_path: Path) -> None:
    for name, text in {
        "a.sh": "x\n",
        "run": "#!/usr/bin/env bash\n",
        "b": "#!/bin/sh -e\n",
        "c": "#!/usr/bin/python3\n",
    }.items():
        (tmp_path / name).write_text(text)
    assert [path.name for path in sorted(tmp_path.iterdir()) if is_shell(path)] == ["a.sh", "b", "run"]
