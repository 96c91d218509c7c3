"""The wish that this box forgets all: a file of which nothing is ever read. Root's unit obeys it; where there is none nobody may ask.

Whoever works in the state folder may delete what is in it anyway, so the wish gives nobody more than that.
"""

import os
from pathlib import Path

from appliance.settings import Box
from appliance.sharing import file_mode, make_folder

OBEYING = Path("/usr/lib/madoguchi/factory-reset")
"""What the image's unit runs."""


def is_obeyed(obeying: Path = OBEYING) -> bool:
    """Whether this is a box whose data partition can be made anew, and not a folder on somebody's machine."""
    return obeying.is_file()


def ask(box: Box) -> None:
    """Wish for it. Raises `OSError`."""
    make_folder(box.run_dir)
    path = box.run_dir / "factory-reset"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, file_mode(box.run_dir)))
