"""Rates and weather in the head of a digest: fetched from a real server, absent when it is down or tells nonsense."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collecting.fetch import HttpFetcher
from bot.collecting.newsroom import BulletinRunner
from news.digests.bulletin import parse_forecasts, parse_rates
from news.subject.places import COORDINATES
from tests import site
from tests.driver import MORNING, world

TODAY = date(2026, 11, 22)


def rates(day="22.11.2026", usd="512.30", change="+0.75"):
    rows = (("USD", usd, 1, change), ("EUR", "590.10", 1, "-1.20"), ("RUB", "63.1", 10, "0.00"), ("IRR", "9", 1000, ""))
    items = "".join(
        f"<item><title>{code}</title><pubDate>{day}</pubDate><description>{rate}</description><quant>{count}</quant>"
        f"<index></index><change>{change}</change><link/></item>"
        for code, rate, count, change in rows
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'


def weather():
    days = ["2026-11-22", "2026-11-23"]
    daily = {"time": days, "temperature_2m_min": [-7.6, None], "temperature_2m_max": [2.2, 4], "weather_code": [73, 0]}
    return json.dumps([{"daily": daily} for _ in COORDINATES])


async def test_the_head_tells_weather_and_rates_and_is_silent_when_their_servers_are(tmp_path):
    async with world(tmp_path) as city, site.serve(site.Site()) as there:
        there["/rates"], there["/weather"] = rates(), (weather(), {"Content-Type": "application/json"})
        async with HttpFetcher(private=True, contact="", clock=city.now) as fetcher:
            runner = BulletinRunner(city.store, fetcher, city.now, f"{there.url}/rates", f"{there.url}/weather")
            await runner.ring()
            marina = city.person("Марина", "ru")
            marina.says("/language ru")
            await marina.sees("Теперь по-русски")
            await city.store.subscribers.set_city(marina.id, "almaty")
            marina.says("/digest")
            text = (await marina.sees("Дайджест сейчас"))["text"]
            assert "Погода: Алматы, −8…+2 °C, снег (Open-Meteo)" in text
            assert "Курс Нацбанка, 22 ноября: $ 512,30 (+0,75) · € 590,10 (−1,20) · ₽ 6,31" in text
            there.answers.clear()
            city.clock.advance(13 * 3600)
            await runner.ring()  # 404: what was known has grown old
            marina.says("/digest")
            later = (await marina.sees(lambda one: one["date"] > MORNING + 3600 and "Дайджест" in one["text"]))["text"]
            assert "Курс" not in later
            assert "Погода" not in later


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "<html><body>Обновление сайта</body></html>",
        rates(day="24.11.2026"),
        rates(usd="0.0001"),
        rates(usd="nan"),
        rates().replace("<title>EUR</title>", "<title>EU</title>"),
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rates(),
        rates() + " " * 500_000,
    ],
)
def test_what_is_no_rate_is_none(answer):
    assert parse_rates(answer.encode(), TODAY) is None


def test_the_rates_of_tomorrow_are_known_on_its_eve():
    told = parse_rates(rates(day="23.11.2026").encode(), TODAY)
    assert told is not None
    assert (told.day, told.rates["rub"]) == (date(2026, 11, 23), pytest.approx(6.31))


@given(st.binary(max_size=300) | st.sampled_from([b"[[[", b"{}", b'{"daily": {"time": [1]}}', weather().encode()[:-1]]))
def test_no_answer_breaks_the_head(content):
    assert parse_rates(content, TODAY) is None
    assert parse_forecasts(content, 3) == [[], [], []]
