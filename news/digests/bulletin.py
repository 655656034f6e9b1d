"""The head of a digest: the National Bank's rates and a city's weather, parsed from their services' answers. Pure.

Both are strangers' bytes: what is missing, odd or out of range gives no rate and no forecast, never an error.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

CURRENCIES: Final = ("usd", "eur", "rub")
_MOST_BYTES = 400_000
_ITEM = re.compile(r"<item>(.{0,2000}?)</item>", re.DOTALL)
_FIELD = re.compile(r"<(title|pubDate|description|quant|change)>\s*([^<]{0,40}?)\s*</\1>")
_SANE_RATE, _SANE_DEGREES = (0.01, 100_000.0), (-70.0, 60.0)

Sky = Literal["clear", "partly", "cloudy", "fog", "rain", "snow", "storm"]
_SKIES: Final[Mapping[int, Sky]] = {
    **dict.fromkeys((0, 1), "clear"),
    2: "partly",
    3: "cloudy",
    **dict.fromkeys((45, 48), "fog"),
    **dict.fromkeys((51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 80, 81, 82), "rain"),
    **dict.fromkeys((71, 73, 75, 77, 85, 86), "snow"),
    **dict.fromkeys((95, 96, 99), "storm"),
}  # the codes of WMO 4677 that forecasts use


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """Tenge for one unit of each currency on a day, and the difference from the day before."""

    day: date
    rates: Mapping[str, float]
    changes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A city's day: its lowest and highest temperature in degrees Celsius, and its sky."""

    day: date
    low: int
    high: int
    sky: Sky


def parse_rates(content: bytes, today: date) -> ExchangeRates | None:
    """The rates of nationalbank.kz/rss/rates_all.xml; None unless all three are there and plausible.

    They may be dated tomorrow, because a trading day's rates are fixed on the day before."""
    text = content[:_MOST_BYTES].decode("utf-8", "replace")
    if len(content) > _MOST_BYTES or "<!DOCTYPE" in text:
        return None
    days, rates, changes = set(), {}, {}
    for item in _ITEM.finditer(text):
        told = dict(_FIELD.findall(item[1]))
        code = told.get("title", "").lower()
        rate, count, day = _number(told.get("description")), _number(told.get("quant")), _day(told.get("pubDate"))
        if code not in CURRENCIES or rate is None or not count or day is None:
            continue
        days.add(day)
        rates[code] = rate / count
        changes[code] = (_number(told.get("change")) or 0.0) / count
    if len(rates) < len(CURRENCIES) or len(days) != 1:
        return None
    day = days.pop()
    sane = all(_SANE_RATE[0] <= rate <= _SANE_RATE[1] for rate in rates.values())
    return ExchangeRates(day, rates, changes) if sane and day <= today + timedelta(days=1) else None


def parse_forecasts(content: bytes, count: int) -> list[list[Forecast]]:
    """The days of `count` places, in order, from an answer of Open-Meteo; a place without a forecast has none."""
    try:
        told = json.loads(content[:_MOST_BYTES])
    except (ValueError, RecursionError):
        told = None
    places = told if isinstance(told, list) else [told]
    found = [_days(one.get("daily") if isinstance(one, dict) else None) for one in places[:count]]
    return [*found, *([] for _ in range(count - len(found)))]


def forecast_of(days: Sequence[Forecast], day: date) -> Forecast | None:
    """The forecast of a day, or None."""
    return next((one for one in days if one.day == day), None)


def _days(daily: object) -> list[Forecast]:
    if not isinstance(daily, dict):
        return []
    names = ("time", "temperature_2m_min", "temperature_2m_max", "weather_code")
    columns = [daily.get(name) for name in names]
    if not all(isinstance(column, list) for column in columns):
        return []
    found = []
    for day, low, high, code in zip(*(list(column or ())[:16] for column in columns), strict=False):
        known = _SKIES.get(code) if isinstance(code, int) else None
        parsed = _iso_day(day)
        if known is None or parsed is None or not _is_degrees(low) or not _is_degrees(high):
            continue
        found.append(Forecast(parsed, round(low), round(high), known))
    return found


def _is_degrees(value: object) -> bool:
    return isinstance(value, int | float) and _SANE_DEGREES[0] <= value <= _SANE_DEGREES[1]


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"[+-]?\d{1,7}(?:\.\d{1,4})?", text) else None


def _day(text: str | None) -> date | None:
    found = re.fullmatch(r"(\d\d)\.(\d\d)\.(20)?(\d\d)", text or "")
    try:
        return date(2000 + int(found[4]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _iso_day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
