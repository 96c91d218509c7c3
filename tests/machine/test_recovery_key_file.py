"""The file with the recovery key on a stick that commissions one box after another: no box's key is written over.

What the image's script does to a disk is tried in tests/image/; this is what it does to names, by its own functions.
"""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "image-build/overlay/usr/lib/madoguchi/recovery-key"
NAME = "madoguchi-recovery-key.txt"


def called(*words: str) -> subprocess.CompletedProcess[str]:
    """A function of the script; `none` is nothing that it does by itself."""
    command = ["bash", "-c", f'. {SCRIPT} none; "${{@:2}}"', "bash", "none", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)


def handed(stick: Path, box: str) -> None:
    called("make_room", str(stick), box)
    (stick / NAME).write_text(f"窓口（madoguchi） 復旧キー {box}\r\n\r\nkey of {box}\r\n", "utf-8")


def test_each_box_keeps_its_own(tmp_path: Path) -> None:
    # The third one's first hand-over was cut short: its file is of no use, and made anew.
    for box in ("aaaaaaaa", "bbbbbbbb", "cccccccc", "cccccccc"):
        handed(tmp_path, box)
    found = {path.name: path.read_text("utf-8").split()[-1] for path in tmp_path.iterdir()}
    assert found == {
        NAME: "cccccccc",
        "madoguchi-recovery-key-1.txt": "aaaaaaaa",
        "madoguchi-recovery-key-2.txt": "bbbbbbbb",
    }


def test_a_key_is_found_as_somebody_typed_it_off_paper(tmp_path: Path) -> None:
    key = called("make").stdout
    typed = tmp_path / "typed"
    for text in (key, key.upper(), key.replace("-", " "), f"\ufeff復旧キー\r\n{key}\r\n印刷して\r\n"):
        typed.write_text(text, "utf-8")
        assert called("key_in", str(typed)).stdout == key
