"""A card reader in the words of the desk: its state, its last test, its model with the warranty, its camera."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility import reader_profiles
from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.reader_profiles import ACCESS_LABELS, Access, Profile
from appliance.eligibility.reader_recovery import RUNG_LABELS, Rung
from appliance.eligibility.said import said
from appliance.ledger import reader_tests, readers
from appliance.ledger.database import Ledger
from appliance.ledger.reader_tests import ReaderTest, Wish
from appliance.ledger.readers import Reader
from appliance.ledger.times import JAPAN
from appliance.settings import Settings
from appliance.web.reception.tiles import ReaderTile, reader_tiles

LONG = timedelta(seconds=30)
"""After this a test that has not come is no longer only slow."""

NOT_KNOWN = "-"
_OUT_OF_SERVICE = "使っていません"


@dataclass(frozen=True)
class Tested:
    """The last test: when, and what it found."""

    when: str
    found: tuple[Entry, ...]


@dataclass(frozen=True)
class ReaderCard:
    """One reader as the desk shows it. `tile` is what reception sees of it, None out of service."""

    reader: Reader
    word: str
    tone: str
    tile: ReaderTile | None
    tested: Tested | None
    recovery: str
    recovery_at: str
    model: str
    doubt: str
    institution: str
    camera: str
    warranty: str
    phones_for: str


def cards(ledger: Ledger, settings: Settings, houses: Mapping[str, str]) -> tuple[ReaderCard, ...]:
    """Those in service by number, then the others."""
    tiles = {tile.name: tile for tile in reader_tiles(ledger, houses)}
    labels = {one.key: one.label for one in readers.listed(ledger)}
    found = (
        _card(one, tiles.get(one.name), reader_tests.last(ledger, one.key), settings, houses, labels)
        for one in readers.listed(ledger)
    )
    return tuple(sorted(found, key=lambda card: not card.reader.enabled))


def waits_long(wish: Wish | None, now: datetime) -> bool:
    """Whether a wanted test ought to have been made by now: then devices does not run."""
    return wish is not None and now - wish.wanted_at >= LONG


def models() -> dict[str, tuple[Profile, ...]]:
    """The models to choose from, by how the box gets at their cards: those that it reads itself first."""
    found = reader_profiles.profiles()
    return {
        "この装置でカードを読む機種": tuple(one for one in found if one.access is Access.PCSC),
        "公式の資格確認端末につなぐ機種": tuple(one for one in found if one.access is Access.TERMINAL),
    }


def _card(
    one: Reader,
    tile: ReaderTile | None,
    test: ReaderTest | None,
    settings: Settings,
    houses: Mapping[str, str],
    labels: Mapping[str, str],
) -> ReaderCard:
    model = reader_profiles.profile(one.profile)
    cameras = settings.face_cameras
    return ReaderCard(
        reader=one,
        word=tile.word if tile else _OUT_OF_SERVICE,
        tone=tile.tone if tile else "mute",
        tile=tile,
        tested=_tested(test),
        recovery=RUNG_LABELS[one.recovery],
        recovery_at=moment(one.recovery_at) if one.recovery is not Rung.NONE and one.recovery_at else "",
        model=model.name if model else NOT_KNOWN,
        doubt=ACCESS_LABELS[Access.TERMINAL] if model and model.access is Access.TERMINAL else "",
        institution=houses.get(one.institution_code) or one.institution_code or settings.institution_code,
        camera=(cameras[one.number - 1] if one.number <= len(cameras) else "") or NOT_KNOWN,
        warranty=_warranty(one, model),
        phones_for=labels.get(one.phone_of, ""),
    )


def moment(at: datetime) -> str:
    """`2026/11/22 9:05`, in Japan."""
    local = at.astimezone(JAPAN)
    return f"{local.year}/{local.month}/{local.day} {local.hour}:{local.minute:02d}"


def _tested(test: ReaderTest | None) -> Tested | None:
    if test is None:
        return None
    return Tested(moment(test.at), tuple(CATALOGUE[code] for code in test.codes if code in CATALOGUE))


def _warranty(one: Reader, model: Profile | None) -> str:
    """The last day, or "-" with what is missing to know it."""
    if model is None:
        return said("{not_known}（機種を選ぶとわかることがあります）", not_known=NOT_KNOWN)
    if one.delivered_on is None and (model.warranty_months or model.warranty_old):
        return said("{not_known}（納品日を入れるとわかります）", not_known=NOT_KNOWN)
    end = model.warranty_end(one.delivered_on) if one.delivered_on else None
    return (
        said("{end:%Y/%m/%d} まで", end=end)
        if end
        else said("{not_known}（資料に保証の期間がありません）", not_known=NOT_KNOWN)
    )
