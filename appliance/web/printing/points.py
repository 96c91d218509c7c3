"""掲示 for the 加算 of a day, as a sheet and as a piece of a web page; and the slip that explains them at the till."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from markupsafe import Markup, escape

from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.points import VISIT_LABELS, Fact, PointsRow, VisitKind
from appliance.eligibility.rules.postings import PostingRow, postings
from appliance.eligibility.trouble import Trouble
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.printing.area import blueprint, long_day, shown_day
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese

_BY_PATIENT = frozenset({Fact.STANDARD, Fact.CARD, Fact.OBTAINED})
"""What differs from patient to patient: such rows are put up together. All others a clinic has to choose between."""

SLIPS = 3


@dataclass(frozen=True)
class Line:
    """One 加算 in the table of the notice."""

    id: str
    visit: str
    name: str
    when: str
    points: int
    often: str


@dataclass(frozen=True)
class Notice:
    """What is put up: the sentences, the table, and what about them is not certain."""

    day: date
    choices: tuple[tuple[Line, bool], ...]
    lines: tuple[Line, ...]
    sentences: tuple[str, ...]
    uncertain: tuple[str, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """The names of the 加算 that are put up, each once."""
        return tuple(dict.fromkeys(line.name for line in self.lines))


@blueprint.get("/points")
@guard.allow(*guard.CLINIC)
@in_japanese
def notice() -> str:
    """The notice for `day`, of the rows `row` (all that need no choice when none is named), in use since `since`."""
    found = notice_of(rulebook_of(here().box), shown_day(), request.args.getlist("row"))
    since = _since()
    return render_template(
        "printing/points.html",
        notice=found,
        since=since,
        since_words=long_day(since) if since else "",
        day=long_day(found.day),
        snippet=snippet(found, long_day(since) if since else ""),
    )


@blueprint.get("/receipt")
@guard.allow(*guard.CLINIC)
@in_japanese
def receipt() -> str:
    """Slips for the till: which 加算, why, and what was looked at."""
    found = notice_of(rulebook_of(here().box), shown_day(), request.args.getlist("row"))
    return render_template("printing/receipt.html", notice=found, day=long_day(found.day), copies=SLIPS)


def notice_of(book: Rulebook, day: date, chosen: list[str]) -> Notice:
    """The notice of a day. Without `chosen`, what needs no choice of the clinic is taken."""
    rows = tuple(sorted(book.on(PointsRow, day), key=lambda row: row.visit is VisitKind.REPEAT))
    taken = [row for row in rows if (row.id in chosen if chosen else _needs_no_choice(row, rows))]
    said = postings(book, day, frozenset(row.family for row in taken))
    open_questions = [*map(_open_points, taken), *map(_open_posting, said)]
    return Notice(
        day=day,
        choices=tuple((_line(row), row in taken) for row in rows),
        lines=tuple(_line(row) for row in taken),
        sentences=tuple(row.text for row in said),
        uncertain=tuple(dict.fromkeys(one for one in open_questions if one)),
    )


def snippet(notice: Notice, since: str) -> str:
    """The notice as HTML to paste into the clinic's own page."""
    parts = [Markup("<section>"), Markup("  <h2>オンライン資格確認についてのお知らせ</h2>"), Markup("  <ul>")]
    parts += [Markup("    <li>{}</li>").format(text) for text in notice.sentences]
    parts += [Markup("    <li>運用開始日: {}</li>").format(since)] if since else []
    parts.append(Markup("  </ul>"))
    if notice.lines:
        parts += [Markup("  <table>"), Markup("    <tr><th>区分</th><th>加算</th><th>点数</th></tr>")]
        parts += [
            Markup("    <tr><td>{}</td><td>{}{}</td><td>{}点（{}）</td></tr>").format(
                line.visit, line.name, f"（{line.when}）" if line.when else "", line.points, line.often
            )
            for line in notice.lines
        ]
        parts.append(Markup("  </table>"))
    parts.append(Markup("</section>"))
    return "\n".join(str(escape(part)) for part in parts)


def _needs_no_choice(row: PointsRow, rows: tuple[PointsRow, ...]) -> bool:
    others = [one for one in rows if (one.family, one.visit) == (row.family, row.visit)]
    return (
        len(others) == 1 or all(_BY_PATIENT.issuperset(one.needs) for one in others)
    ) and row.rate_level == 0


def _line(row: PointsRow) -> Line:
    when = {
        (True, False): "マイナ保険証などで情報を取得した場合",
        (False, True): "情報を取得しなかった場合",
    }.get((Fact.OBTAINED in row.needs, Fact.OBTAINED in row.lacks), "")
    return Line(
        id=row.id,
        visit=VISIT_LABELS[row.visit],
        name=row.name,
        when=when,
        points=row.points,
        often="月1回" if row.months == 1 else f"{row.months}か月に1回",
    )


def _open_points(row: PointsRow) -> str:
    return f"{row.name}: {row.uncertain}" if row.uncertain else ""


def _open_posting(row: PostingRow) -> str:
    return f"「{row.part}」の文: {row.uncertain}" if row.uncertain else ""


def _since() -> date | None:
    text = request.args.get("since", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Trouble("INPUT-001", "since") from error
