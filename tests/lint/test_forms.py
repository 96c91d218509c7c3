"""A form says how it is sent: one that does not puts what was typed into the address when Enter comes before its script."""

import re

from tests.lint.tracked import ROOT, project_files

FORM = re.compile(r"<form\b[^>]*>")


def forms() -> dict[str, list[str]]:
    """The opening tags in every template."""
    pages = [path for path in project_files() if path.suffix == ".html" and "appliance" in path.parts]
    return {str(path.relative_to(ROOT)): FORM.findall(path.read_text("utf-8")) for path in pages}


def test_every_form_says_its_method() -> None:
    found = forms()
    assert sum(map(len, found.values())) > 50
    assert [(page, tag) for page, tags in found.items() for tag in tags if ' method="' not in tag] == []
