"""The rulebook of one box: the tables that come with it, and the engineer's own in the state folder."""

from pathlib import Path

from appliance import own_files
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.packaged_book import with_additions
from appliance.settings import Box


def rulebook_of(box: Box) -> Rulebook:
    """The rules of the box as its files say now. Never raises: what is wrong is left out, see `refusals`."""
    return with_folder(box.rules_dir)


def with_folder(folder: Path) -> Rulebook:
    """The packaged rules and those in `folder`, whose files may be missing or wrong, in the order of their names."""
    texts, unreadable = own_files.texts(folder)
    book = with_additions(texts.items())
    return Rulebook(book.rules, (*unreadable, *book.refusals))
