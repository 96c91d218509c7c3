"""What came of a stick, in Japanese and English, for somebody who has no screen: what was done or why not, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import JAPAN
from appliance.web.texts.catalogue import in_english


@dataclass(frozen=True)
class Line:
    """One sentence in both languages. A secret one is for whoever holds the stick, and stands on the stick alone."""

    japanese: str
    english: str
    is_secret: bool = False


NOTHING_CHANGED = Line("何も変えていません。", "Nothing was changed.")


def of_trouble(trouble: Trouble) -> tuple[Line, ...]:
    """The code, what is wrong, where, and the next step."""
    entry = trouble.entry
    found = [
        Line(f"{entry.code} {entry.title}", f"{entry.code} {in_english(entry.title)}"),
        NOTHING_CHANGED,
        Line(f"次にすること: {entry.engineer}", f"Next: {in_english(entry.engineer)}"),
    ]
    if trouble.detail:
        found.insert(1, Line(f"場所: {trouble.detail}", f"Where: {trouble.detail}"))
    return tuple(found)


def half_done(trouble: Trouble) -> tuple[Line, ...]:
    """Disk or ledger failed midway; the same stick may be plugged in again."""
    found = [line for line in of_trouble(trouble) if line is not NOTHING_CHANGED]
    again = Line(
        "途中で止まりました。もう一度差してください。", "It stopped midway. Plug the stick in again."
    )
    return (*found, again)


def of_code(code: str) -> tuple[Line, ...]:
    """How somebody gets in who cannot sign in yet, for the stick and for no log; nothing where no code is shown at the box."""
    if not code:
        return ()
    return (
        Line(
            f"次にすること: PCで装置の画面の /start を開き、セットアップコード {code} を入れてください（一度だけ使えます）",
            f"Next: open /start of the box in a browser and type the set-up code {code} (good once)",
        ),
    )


def text_of(lines: tuple[Line, ...], now: datetime) -> str:
    """The file: Japanese first, then English, with the line ends of Windows."""
    moment = f"{now.astimezone(JAPAN):%Y-%m-%d %H:%M}"
    japanese = [f"madoguchi {moment}（日本時間）", *(f"・{line.japanese}" for line in lines)]
    english = [f"madoguchi {moment} (Japan)", *(f"- {line.english}" for line in lines)]
    return "\r\n".join([*japanese, "", *english, ""])
