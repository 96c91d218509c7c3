"""The spoken prompts: made from the screen's own words, and asked for by a page whose patient wants to hear them."""

import json
import math
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.visit import PHONE_WAYS, Consents, Display, Hint, Language, Phase
from appliance.ledger.readers import Manner
from appliance.web.patient.languages import WORDS
from appliance.web.patient.prompts import prompts
from appliance.web.patient.screen import Screen
from tests.web.patient_world import a_world, served, touch_display

ROOT = Path(__file__).parents[2]
LANGUAGES = list(Language)
SPEECH = 500.0
"""Of 16 bit; what `make voices` makes has three times as much and more, silence none."""


def loudness(sound: Path) -> float:
    """The root mean square of what an Ogg file plays."""
    played = subprocess.run(["oggdec", "--quiet", "--raw", "-o", "-", sound], capture_output=True, check=True)
    samples = array("h", played.stdout)
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


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
    shown += [screen(phase, hint=hint) for phase in (Phase.FACE, Phase.SHOW_CARD) for hint in Hint]
    shown.append(screen(Phase.DONE, card_left=True))
    shown += [screen(Phase.PIN, "CARD-004"), screen(Phase.CARD_NUMBER, "CARD-013")]
    shown += [screen(phase, code) for phase in (Phase.PIN, Phase.FAILED) for code in CATALOGUE]
    within = {name for name in prompts(language) if name.startswith(("consent-", "consents-", "choice-"))}
    shown += [screen(phase, ways=PHONE_WAYS) for phase in Phase]
    shown.append(screen(Phase.PIN, "CARD-004", ways=PHONE_WAYS))
    shown += [screen(Phase.FAILED, code, ways=PHONE_WAYS) for code in CATALOGUE]
    said = prompts(language)
    assert {one.prompt for one in shown} - {""} == set(said) - within
    assert all(said.values())


def test_a_failure_that_the_patient_can_mend_is_spoken_in_its_own_words() -> None:
    said = prompts(Language.JAPANESE)
    for code, ways in (
        *((code, ()) for code in ("CARD-001", "CARD-002", "CARD-003", "PHONE-005", "VISIT-002")),
        *((code, PHONE_WAYS) for code in ("CARD-001", "PHONE-001", "PHONE-004", "PHONE-006", "VISIT-003")),
    ):
        shown = screen(Phase.FAILED, code, ways=ways)
        words = shown.words(WORDS[Language.JAPANESE])
        assert words.title in said[shown.prompt]
        assert words.line in said[shown.prompt]
    assert screen(Phase.FAILED, "CARD-009").prompt == screen(Phase.FAILED, None).prompt
    instead = said[screen(Phase.PIN, "VISIT-005").prompt]
    assert instead.startswith("お顔を確認できませんでした。 暗証番号を入力してください。")


def test_the_tool_makes_a_file_for_every_language_once(tmp_path: Path) -> None:
    command = [sys.executable, "tools/voices.py", "--offline", "--to", str(tmp_path), "--only", "/left"]
    first = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    made = {file.parent.name: file.read_bytes() for file in tmp_path.glob("*/left.ogg")}
    # The Japanese voice stands in Debian's contrib: `make voices` fetches it, the tests fetch nothing.
    without = {Language.JAPANESE} if "Japanese stays silent" in first.stderr else set()
    assert set(made) == set(Language) - without
    assert all(sound.startswith(b"OggS") for sound in made.values())
    assert all(loudness(tmp_path / language / "left.ogg") > SPEECH for language in made)
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


def test_the_consents_are_spoken_page_by_page(browser: Browser) -> None:
    everything = a_world(ask_prescription=True, ask_medical_subsidy=True)
    with everything as world, served(world) as address, touch_display(browser, world, address) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(Path(one.url).stem) if one.url.endswith(".ogg") else None)
        world.next_patient()
        world.show(Phase.CONSENTS, manner=Manner(display=Display(voice=True)))
        page.click("[data-go=next]")
        for _ in Consents.__dataclass_fields__:
            page.click("[data-consent=item]:visible [data-answer=yes]")
        page.click("[data-give=chosen]")
        page.click("[data-extra=prescription] [data-value='2']")
        expect(page.locator("[data-extra=medical_subsidy]:not([inert])")).to_be_visible()
        names = [f"consent-{name}" for name in Consents.__dataclass_fields__]
        beside = ["choice-prescription", "choice-medical_subsidy"]
        assert asked == ["consents", *names, "consents-review", *beside]
        assert set(asked) <= set(prompts(Language.JAPANESE))
