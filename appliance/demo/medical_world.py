"""What doctors of a world that does not exist have prescribed and measured: drugs, sites, treatments, checkup items."""

from dataclasses import dataclass

OWN = ("1319999999", "見本クリニック")
_ORTHOPEDIC = ("1319999981", "架空整形外科")
_EYES = ("1319999973", "試験眼科")
_HOSPITAL = ("1319999965", "架空総合病院")
_PHARMACY = ("1349999990", "見本薬局")
_OTHER_PHARMACY = ("1349999982", "試験薬局")

Site = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Drug:
    """A drug that does not exist, as it is taken."""

    code: str
    name: str
    ingredient: str
    quantity: str
    unit: str
    usage: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """A drug prescribed from `first` months ago until `last` months ago, every so many months, for so many days."""

    drug: Drug
    clinic: Site
    pharmacy: Site | None = _PHARMACY
    first: int
    last: int = 1
    every: int = 1
    days: str = "28"

    def is_in(self, months_ago: int) -> bool:
        """Whether it was prescribed that many months ago."""
        return self.last <= months_ago <= self.first and (self.first - months_ago) % self.every == 0


_MIHON = Drug(
    code="990000101",
    name="ミホン錠５ｍｇ",
    ingredient="見本塩酸塩",
    quantity="2",
    unit="錠",
    usage="１日２回朝夕食後",
)
_MIHON_OD = Drug(
    code="990000112",
    name="ミホンＯＤ錠５ｍｇ「試験」",
    ingredient="見本塩酸塩",
    quantity="1",
    unit="錠",
    usage="１日１回朝食後",
)
_KAKUU = Drug(
    code="990000202",
    name="カクウカプセル１００ｍｇ",
    ingredient="架空酸",
    quantity="3",
    unit="カプセル",
    usage="１日３回毎食後",
)
_SHIKEN = Drug(
    code="990000303",
    name="シケン錠１０ｍｇ",
    ingredient="試験ナトリウム",
    quantity="1",
    unit="錠",
    usage="１日１回就寝前",
)
_EYE_DROPS = Drug(
    code="990000404",
    name="ミホン点眼液０．１％",
    ingredient="見本水和物",
    quantity="1",
    unit="瓶",
    usage="１日４回点眼",
)
_KASOU = Drug(
    code="990000505",
    name="カソウ錠２０ｍｇ",
    ingredient="仮想ベシル酸塩",
    quantity="1",
    unit="錠",
    usage="１日１回朝食後",
)
_PATCH = Drug(
    code="990000606",
    name="レイダイテープ４０ｍｇ",
    ingredient="例題フェン",
    quantity="14",
    unit="枚",
    usage="１日１回患部に貼付",
)
_POWDER = Drug(
    code="990000707",
    name="モギ散５０％",
    ingredient="模擬カルボン",
    quantity="1.5",
    unit="ｇ",
    usage="１日３回毎食後",
)
_INJECTION = Drug(
    code="990000808",
    name="カクウ注射液５００ｍｇ",
    ingredient="架空セフェム",
    quantity="2",
    unit="瓶",
    usage="点滴静注",
)

COURSES = (
    Course(drug=_MIHON, clinic=OWN, first=34),
    Course(drug=_KAKUU, clinic=OWN, first=59, every=2, days="56"),
    Course(drug=_MIHON_OD, clinic=_ORTHOPEDIC, pharmacy=_OTHER_PHARMACY, first=3, days="14"),
    Course(drug=_KASOU, clinic=OWN, first=14),
    Course(drug=_PATCH, clinic=_ORTHOPEDIC, pharmacy=_OTHER_PHARMACY, first=5, days="14"),
    Course(drug=_SHIKEN, clinic=OWN, first=40, last=5),
    Course(drug=_EYE_DROPS, clinic=_EYES, pharmacy=_OTHER_PHARMACY, first=55, every=6, days="1"),
    Course(drug=_POWDER, clinic=OWN, first=49, last=13, every=12, days="5"),
    Course(drug=_INJECTION, clinic=_HOSPITAL, pharmacy=None, first=22, last=22, days="3"),
)
ALWAYS = 3
"""So many of the courses everybody has; the others by chance."""

VISIT = ("112007410", "再診料")
OPERATION = ("150999910", "見本手術（内視鏡）")
SCAN = ("170999910", "架空断層撮影")

CHECKUP_ITEMS = (
    ("9N001000000000001", "身長", "cm", 170.1, 0.2),
    ("9N006000000000001", "体重", "kg", 63.6, 3.0),
    ("9N011000000000001", "BMI", "", 22.0, 1.4),
    ("9N016160100000001", "腹囲", "cm", 83.5, 4.0),
    ("9A751000000000001", "収縮期血圧", "mmHg", 128.0, 14.0),
    ("9A761000000000001", "拡張期血圧", "mmHg", 80.0, 9.0),
    ("3F015000002327101", "空腹時中性脂肪", "mg/dL", 140.0, 40.0),
    ("3F070000002327101", "HDLコレステロール", "mg/dL", 58.0, 8.0),
    ("3F077000002327101", "LDLコレステロール", "mg/dL", 132.0, 24.0),
    ("3B035000002327201", "GOT(AST)", "U/L", 23.0, 6.0),
    ("3B045000002327201", "GPT(ALT)", "U/L", 26.0, 9.0),
    ("3B090000002327101", "γ-GT(γ-GTP)", "U/L", 42.0, 18.0),
    ("3D010000001926101", "空腹時血糖", "mg/dL", 97.0, 9.0),
    ("3D046000001906202", "HbA1c(NGSP)", "%", 5.5, 0.4),
    ("3C015000002327101", "血清クレアチニン", "mg/dL", 0.8, 0.1),
)
"""Code, name, unit, a value and how far it swings: JLAC10 codes as the checkups have them, values of nobody."""

CHECKUP_WORDS = (
    ("1A020000000191111", "尿糖", ("（－）", "（－）", "（±）")),
    ("1A010000000191111", "尿蛋白", ("（－）", "（－）", "（＋）")),
    ("9N736000000000011", "喫煙", ("いいえ", "いいえ", "はい")),
)
"""Code, name and answers, one of which is the year's."""
