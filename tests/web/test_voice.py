"""The spoken prompts: made from the screen's own words, and asked for by a page whose patient wants to hear them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.visit import PHONE_WAYS, Display, Hint, Language, Phase
from appliance.ledger.readers import Manner
from appliance.web.patient.prompts import prompts
from appliance.web.patient.screen import Screen
from tests.web.patient_world import a_world, served, touch_display

ROOT = Path(__file__).parents[2]
LANGUAGES = list(Language)


def screen(phase: Phase, trouble_code: str | None = None, **manner: object) -> Screen:
    return Screen(
        phase=phase,
        visit="v",
        tries_left=None,
        trouble_code=trouble_code,
        staff_called=False,
        revision="",
        manner=Manner(**manner),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_has_something_to_say(language: Language) -> None:
    shown = [screen(phase) for phase in Phase]
    shown += [screen(Phase.FACE, hint=hint) for hint in Hint]
    shown.append(screen(Phase.DONE, card_left=True))
    shown += [screen(Phase.PIN, "CARD-004"), screen(Phase.CARD_NUMBER, "CARD-013")]
    shown += [screen(phase, ways=PHONE_WAYS) for phase in Phase]
    shown.append(screen(Phase.PIN, "CARD-004", ways=PHONE_WAYS))
    said = prompts(language)
    assert {one.prompt for one in shown} - {""} == set(said)
    assert all(said.values())


def test_the_tool_makes_a_file_for_every_language_once(tmp_path: Path) -> None:
    command = [sys.executable, "tools/voices.py", "--offline", "--to", str(tmp_path), "--only", "/left"]
    first = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    made = {file.parent.name: file.read_bytes() for file in tmp_path.glob("*/left.ogg")}
    # The Japanese voice stands in Debian's contrib: `make voices` fetches it, the tests fetch nothing.
    without = {Language.JAPANESE} if "Japanese stays silent" in first.stderr else set()
    assert set(made) == set(Language) - without
    assert all(sound.startswith(b"OggS") and len(sound) > 5_000 for sound in made.values())
    assert "0 made" in subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    marks = json.loads((tmp_path / "made.json").read_text("utf-8"))
    (tmp_path / "made.json").write_text(json.dumps(marks | {"en/left": "other words"}), "utf-8")
    assert "1 made" in subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_a_page_with_voice_asks_for_its_prompt(browser: Browser) -> None:
    with a_world() as world, served(world) as address, touch_display(browser, world, address) as page:
        refused: list[str] = []
        page.on("console", lambda one: refused.append(one.text) if "Security" in one.text else None)
        world.next_patient()
        spoken = Manner(language=Language.ENGLISH, display=Display(voice=True))
        with page.expect_request("**/patient/static/voice/en/pin.ogg"):
            world.show(Phase.PIN, tries_left=3, manner=spoken)
        # Whether or not the prompts were made on this machine, the page works on.
        expect(page.locator(f'.stage[data-visit="{world.visit}"]:not([inert])')).to_be_visible()
        assert refused == []
