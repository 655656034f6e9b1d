"""Time zones by a city's name and by a place that was shared."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from news.subject import places
from news.subject.places import zone_at, zone_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)

PLACES = [
    ("Астана", 51.13, 71.43, 5),
    ("Алматы", 43.24, 76.92, 5),
    ("Шымкент", 42.33, 69.59, 5),
    ("Қарағанды", 49.81, 73.09, 5),
    ("Петропавл", 54.86, 69.14, 5),
    ("Павлодар", 52.28, 76.96, 5),
    ("Екібастұз", 51.72, 75.32, 5),
    ("Семей", 50.42, 80.26, 5),
    ("Өскемен", 49.95, 82.62, 5),
    ("Риддер", 50.35, 83.51, 5),
    ("Зайсан", 47.47, 84.87, 5),
    ("Жаркент", 44.17, 80.0, 5),
    ("Қордай", 43.04, 74.71, 5),
    ("Орал", 51.22, 51.37, 5),
    ("Атырау", 47.11, 51.92, 5),
    ("Ақтау", 43.65, 51.17, 5),
    ("Қостанай", 53.21, 63.62, 5),
    ("Сайқын", 48.86, 46.85, 5),
    ("Омск", 54.99, 73.37, 6),
    ("Барнаул", 53.35, 83.77, 7),
    ("Новосибирск", 55.03, 82.92, 7),
    ("Рубцовск", 51.5, 81.2, 7),
    ("Екатеринбург", 56.84, 60.6, 5),
    ("Оренбург", 51.77, 55.1, 5),
    ("Самара", 53.2, 50.15, 4),
    ("Астрахань", 46.35, 48.04, 4),
    ("Бишкек", 42.87, 74.59, 6),
    ("Ташкент", 41.3, 69.24, 5),
    ("Москва", 55.75, 37.62, 3),
    ("Berlin", 52.52, 13.4, 1),
    ("Нью-Йорк", 40.71, -74.0, -5),
]


@pytest.mark.parametrize(("city", "latitude", "longitude", "hours"), PLACES, ids=[one[0] for one in PLACES])
def test_a_place_that_is_shared_has_the_hour_of_its_city(city, latitude, longitude, hours):
    offset = NOW.astimezone(ZoneInfo(zone_at(latitude, longitude))).utcoffset()
    assert offset.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Астана", "Asia/Almaty"),
        ("Нұр-Сұлтан", "Asia/Almaty"),
        ("петропавловск", "Asia/Almaty"),
        ("Өскемен", "Asia/Almaty"),
        ("  Москва ", "Europe/Moscow"),
        ("Мәскеу", "Europe/Moscow"),
        ("берлин", "Europe/Berlin"),
        ("санкт петербург", "Europe/Moscow"),
        ("Бейжің", "Asia/Shanghai"),
        ("Оренбург", "Asia/Yekaterinburg"),
        ("New York", "America/New_York"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("Жер ортасы", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_a_citys_name(said, zone):
    assert zone_of(said) == zone


def test_the_folder_of_zones_is_read_once(monkeypatch):
    reads = []
    monkeypatch.setattr(places, "available_timezones", lambda: reads.append(1) or {"Europe/London", "Asia/Almaty"})
    places._zones.cache_clear()
    places._cities.cache_clear()
    assert places.zone_of("Лондон") == "Europe/London"
    assert len(reads) == 1
    places._zones.cache_clear()
    places._cities.cache_clear()
