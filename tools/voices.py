#!/usr/bin/env python3
"""Make the spoken prompts of the patient screen: one Ogg file for each prompt of each language, from the screen's own words.

Open JTalk speaks Japanese, eSpeak NG the other languages. Nothing that was made is made again while its words stay.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from appliance.eligibility.visit import Language
from appliance.web.patient.prompts import prompts

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "appliance" / "web" / "patient" / "static" / "voice"
DICTIONARY = Path("/var/lib/mecab/dic/open-jtalk/naist-jdic")
VOICE_PACKAGE = "hts-voice-nitech-jp-atr503-m001"
VOICES = (Path("/usr/share/hts-voice"), ROOT / "build" / "voice")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# The voice and its words a minute. To eSpeak each Chinese syllable is a word.
ESPEAK = {
    Language.ENGLISH: ("en-us", "140"),
    Language.KOREAN: ("ko", "140"),
    Language.CHINESE_SIMPLIFIED: ("cmn", "230"),
    Language.CHINESE_TRADITIONAL: ("cmn", "230"),
}
_AT_ONCE = 2


def hts_voice() -> Path | None:
    """The Japanese voice, if it is there."""
    return next((file for folder in VOICES for file in sorted(folder.rglob("*.htsvoice"))), None)


def fetch_voice() -> None:
    """Take the Japanese voice from Debian's `contrib`, through apt and its signatures, without touching the system's sources."""
    lines = _out("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)")
    place = next((one.split() for one in lines.splitlines() if one.endswith(" main Debian")), None)
    if place is None or not Path(KEYRING).exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "lists" / "partial").mkdir(parents=True)
        (at / "sources.list").write_text(f"deb [signed-by={KEYRING}] {place[0]} {place[1]} contrib\n")
        apt = [
            "apt-get",
            "--quiet=2",
            f"-oDir::Etc::sourcelist={at}/sources.list",
            "-oDir::Etc::sourceparts=/dev/null",
            f"-oDir::State::lists={at}/lists",
            f"-oDir::Cache={at}",
            "-oAPT::Sandbox::User=root",
        ]
        for what in (["update"], ["download", VOICE_PACKAGE]):
            if subprocess.run([*apt, *what], cwd=at, check=False).returncode != 0:
                return
        # dpkg-deb makes the last folder of the path alone.
        VOICES[-1].mkdir(parents=True, exist_ok=True)
        for package in at.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, VOICES[-1]], check=True)


def speak(language: Language, text: str, to: Path, voice: Path | None) -> None:
    """Write `text`, spoken, to the Ogg file `to`. Raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "said.wav"
        if language is Language.JAPANESE:
            command = ["open_jtalk", "-x", DICTIONARY, "-m", voice, "-r", "0.9", "-ow", sound]
        else:
            name, speed = ESPEAK[language]
            command = ["espeak-ng", "-v", name, "-s", speed, "-w", sound]
        subprocess.run([str(one) for one in command], input=text.encode(), check=True, capture_output=True)
        made = Path(folder) / "said.ogg"
        subprocess.run(["oggenc", "--quiet", "--quality", "1", "-o", made, sound], check=True)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, aside := to.with_suffix(".new"))
        aside.replace(to)


def _out(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _marks(folder: Path) -> dict[str, str]:
    try:
        marks = json.loads((folder / "made.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return marks if isinstance(marks, dict) else {}


def make(folder: Path, only: str = "") -> int:
    """Make what is missing or says something else by now; returns how many files were made."""
    voice = hts_voice()
    if voice is None:
        print(f"voices: {VOICE_PACKAGE} is not there: Japanese stays silent", file=sys.stderr)
    marks, todo = _marks(folder), []
    for language in Language:
        if language is Language.JAPANESE and voice is None:
            continue
        for name, text in prompts(language).items():
            file = folder / language / f"{name}.ogg"
            mark = hashlib.sha256(f"{ESPEAK.get(language, voice)}|{text}".encode()).hexdigest()
            key = f"{language}/{name}"
            if only in key and not (file.exists() and marks.get(key) == mark):
                todo.append((language, text, file, voice))
                marks[key] = mark
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for job in [pool.submit(speak, *one) for one in todo]:
            job.result()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made.json").write_text(json.dumps(marks, indent=1, sort_keys=True), "utf-8")
    return len(todo)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--only", default="", help="only prompts with this in LANGUAGE/NAME, e.g. ja/pin")
    parser.add_argument("--offline", action="store_true", help="fetch nothing: make what can be made here")
    given = parser.parse_args()
    if hts_voice() is None and not given.offline:
        fetch_voice()
    print(f"voices: {make(given.to, given.only)} made in {given.to}")


if __name__ == "__main__":
    main()
