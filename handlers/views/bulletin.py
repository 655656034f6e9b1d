"""Weather and rates as the head of a digest tells them; nothing of what is missing or old."""

import json
from datetime import timedelta

from handlers.views.articles import Viewer
from handlers.views.dates import day_text
from handlers.views.labels import place_name
from locales import Html
from news.digests.bulletin import ExchangeRates, forecast_of, parse_forecasts, parse_rates
from news.subject.places import COORDINATES
from news.timetable import local_day

_FRESH_SECONDS = 12 * 3600
_RATES_HOLD = timedelta(days=5)
"""Rates stay through days off; what is older was not fetched any more."""


def facts(rates: str | None, weather: str | None, city: str | None, viewer: Viewer) -> Html | None:
    """The lines under a digest's title, of what was kept (JSON: `at` UTC seconds, `text`); None where nothing holds."""
    lines = [line for line in (_weather(weather, city, viewer), _rates(rates, viewer)) if line]
    return Html("\n".join(lines)) if lines else None


def _weather(kept: str | None, city: str | None, viewer: Viewer) -> Html | None:
    text = _fresh(kept, viewer.now)
    if text is None or city not in COORDINATES:
        return None
    days = parse_forecasts(text.encode(), len(COORDINATES))[list(COORDINATES).index(city)]
    told = forecast_of(days, local_day(viewer.now, viewer.zone))
    if told is None:
        return None
    name = place_name(city, viewer.texts.language) or ""
    sky = viewer.texts.plain(f"sky-{told.sky}")
    return viewer.texts("weather-line", city=name, low=_degrees(told.low), high=_degrees(told.high), sky=sky)


def _rates(kept: str | None, viewer: Viewer) -> Html | None:
    text = _fresh(kept, viewer.now)
    today = local_day(viewer.now, viewer.zone)
    told = parse_rates(text.encode(), today) if text is not None else None
    if told is None or today - told.day > _RATES_HOLD:
        return None
    shown = {code: _rate(told, code) for code in ("usd", "eur", "rub")}
    return viewer.texts("rates-line", day=day_text(told.day, viewer.texts.language, today), **shown)


def _rate(told: ExchangeRates, code: str) -> str:
    """«512,30 (+0,75)»; without the brackets where nothing changed."""
    change = told.changes[code]
    shown = f"{told.rates[code]:.2f}"
    more = f" ({change:+.2f})" if abs(change) >= 0.005 else ""
    return f"{shown}{more}".replace(".", ",").replace("-", "\u2212")


def _degrees(value: int) -> str:
    return f"{value:+d}".replace("-", "\u2212") if value else "0"


def _fresh(kept: str | None, now: int) -> str | None:
    found = json.loads(kept) if kept else None
    return str(found["text"]) if found and 0 <= now - found["at"] <= _FRESH_SECONDS else None
