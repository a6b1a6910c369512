"""Numbers, yuan, shares and dates in the form of the session's language."""

import re
from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from dashboards.components.session import lang

_UNKNOWN: Final = "–"
_COMPACT_FROM: Final = 100_000
_WHOLE: Final = re.compile(r"[0-9]+")
_DAYS: Final = {"zh": "yyyy-MM-dd", "en": "MMM d, yyyy"}
"""As in the tables."""
DAY: Final = "YYYY-MM-DD"
"""How a day is typed, in either language."""
_MOMENTS: Final = {name: f"{form}{' ' if name == 'zh' else ', '}HH:mm" for name, form in _DAYS.items()}


def number(value: float | None) -> str:
    """A whole number with separators."""
    return _UNKNOWN if value is None else format_decimal(round(value), locale=lang())


def yuan(value: float | None) -> str:
    """Money: ¥12,345; ¥123.5K or ¥12.3万 from a hundred thousand on, ¥1,234.5万."""
    if value is None:
        return _UNKNOWN
    if abs(value) < _COMPACT_FROM:
        return f"¥{format_decimal(round(value), locale=lang())}"
    short = format_compact_decimal(value, fraction_digits=1, locale=lang())
    return f"¥{_WHOLE.sub(lambda digits: f'{int(digits[0]):,}', short, count=1)}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share of 1 as a percentage."""
    return _UNKNOWN if value is None else format_percent(value, f"#,##0.{'0' * digits}%", locale=lang())


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`, none of nothing."""
    return part / whole if whole else None


def day(value: date | datetime | str | None) -> str:
    """A date, of a datetime too."""
    if value is None:
        return _UNKNOWN
    known = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(known, _DAYS[lang()], locale=lang())


def moment(value: datetime | None) -> str:
    """A date with hours and minutes, in the server's time zone."""
    return _UNKNOWN if value is None else format_datetime(value.astimezone(), _MOMENTS[lang()], locale=lang())
