"""Who is never offered what: every suppression is one row of `GATES`, with its source.

A refusal, a do-not-contact mark, a withdrawn consent and an age hold for the person: for each record known or
detected as the same one. The first gate that closes gives the reason, so the counts of a funnel add up.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import narwhals as nw

from graph.features.bank import Bank
from graph.people import Frame

CHANNELS: Final = ("app", "wechat", "wecom", "sms", "call", "branch")
"""In the order in which the next one is tried."""
PERSONAL: Final = ("call", "branch")
"""Where a person speaks with a person."""
ADULT: Final = 18
ELDER: Final = 65
LOWEST_GRADE: Final = 1
HIGH_GRADE: Final = 4


@dataclass(frozen=True)
class Gate:
    """A rule that closes: `closed` reads the columns that `person_marks` and `suitability` add."""

    reason: str
    closed: nw.Expr
    source: str


GATES: Final = (
    Gate("do_not_contact", nw.col("do_not_contact"), "PIPL art. 24: the person's own wish"),
    Gate("refused", nw.col("refuses_all"), "CBIRC 2022 No. 9, art. 40: a refusal is permanent"),
    Gate("no_consent", nw.col("no_consent"), "PIPL art. 13-16: consent to marketing, empty = no"),
    Gate("minor", nw.col("minor"), "PIPL art. 28-31: nothing is offered under 18"),
    Gate("held", nw.col("held"), "held already, under any record of the person"),
    Gate("assessment_expired", nw.col("graded") & nw.col("assessment_expired"), "NFRA 2025 No. 7: valid 12 months"),
    Gate("above_tolerance", nw.col("above_tolerance"), "NFRA 2025 No. 7: R must not exceed C; unknown C: only R1"),
    Gate("no_channel", nw.col("channel").is_null(), "CBIRC 2022 No. 9, art. 40: every permitted means was refused"),
)
REASONS: Final = tuple(gate.reason for gate in GATES)


def first_closed() -> nw.Expr:
    """`gate`: the place in `GATES` of the first one that closes, null where the way is free."""
    found = nw.lit(None).cast(nw.Int8)
    for place, gate in reversed(list(enumerate(GATES))):
        found = nw.when(gate.closed).then(nw.lit(place).cast(nw.Int8)).otherwise(found)
    return found.alias("gate")


def person_marks(bank: Bank, as_of: date) -> Frame:
    """What holds for a person: `entity`, do_not_contact, withdrawn, minor, elder, refuses_all, refuses_CHANNEL."""
    records = nw.concat([
        bank.customers.select(
            "entity", _birth_number(), nw.col("do_not_contact").fill_null(value=False),
            (~nw.col("marketing_consent")).fill_null(value=False).alias("withdrawn"),
        ),
        bank.customers.select("entity", _birth_in_id(), *_no_marks()),
        bank.staff.select("entity", _birth_in_id(), *_no_marks()),
    ])  # fmt: skip
    people = records.group_by("entity").agg(
        nw.col("do_not_contact").any(),
        nw.col("withdrawn").any(),
        (nw.col("born").max() > _number(years_before(as_of, ADULT))).fill_null(value=False).alias("minor"),
        (nw.col("born").min() <= _number(years_before(as_of, ELDER))).fill_null(value=False).alias("elder"),
    )
    names = ("refuses_all", *(f"refuses_{channel}" for channel in CHANNELS))
    joined = people.join(_refused(bank, as_of), on="entity", how="left")
    return joined.with_columns(nw.col(*names).fill_null(value=False))


def channels(*, preferred: str | None) -> tuple[nw.Expr, nw.Expr]:
    """`any_channel` and `personal_channel`: the preferred one unless refused, else the next allowed; null for none."""
    return _channel(CHANNELS, preferred).alias("any_channel"), _channel(PERSONAL, preferred).alias("personal_channel")


def suitability() -> tuple[nw.Expr, ...]:
    """`graded`, `above_tolerance` and `channel` of a (subject, product) row, from both sides' columns."""
    grade = nw.col("risk_level").fill_null(LOWEST_GRADE)
    by_person = nw.col("elder") & (grade >= HIGH_GRADE)
    return (
        (grade > LOWEST_GRADE).alias("graded"),
        (grade > nw.col("risk_tolerance").fill_null(LOWEST_GRADE)).alias("above_tolerance"),
        nw.when(by_person).then(nw.col("personal_channel")).otherwise(nw.col("any_channel")).alias("channel"),
    )


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _no_marks() -> tuple[nw.Expr, nw.Expr]:
    no = nw.lit(value=False)
    return no.alias("do_not_contact"), no.alias("withdrawn")


def _channel(permitted: tuple[str, ...], preferred: str | None) -> nw.Expr:
    chosen = nw.lit(None).cast(nw.String)
    for channel in reversed(permitted):
        chosen = nw.when(~nw.col(f"refuses_{channel}")).then(nw.lit(channel)).otherwise(chosen)
    if preferred is None:
        return chosen
    for channel in permitted:
        wished = (nw.col(preferred).fill_null("") == channel) & ~nw.col(f"refuses_{channel}")
        chosen = nw.when(wished).then(nw.lit(channel)).otherwise(chosen)
    return chosen


def _refused(bank: Bank, as_of: date) -> Frame:
    said = (
        bank.customers.filter(~nw.col("refused_channels").is_null())
        .select("entity", "refused_channels", "refused_on")
        .explode("refused_channels", "refused_on")
        .filter(nw.col("refused_on").is_null() | (nw.col("refused_on") <= as_of))
    )
    flags = [(nw.col("refused_channels") == name).any().alias(f"refuses_{name}") for name in ("all", *CHANNELS)]
    return said.group_by("entity").agg(*flags)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _birth_number() -> nw.Expr:
    born = nw.col("birth_date").dt
    year, month, day = (part.cast(nw.Int64) for part in (born.year(), born.month(), born.day()))
    return (year * 10_000 + month * 100 + day).alias("born")


def _birth_in_id() -> nw.Expr:
    """YYYYMMDD from an 18-character ID number; null where it is masked or of another form."""
    whole = nw.col("id_number").str.contains(r"^\d{6}(19|20)\d{9}[\dXx]$").fill_null(value=False)
    return nw.when(whole).then(nw.col("id_number").str.slice(6, 8)).otherwise(None).cast(nw.Int64).alias("born")
