"""Rates and weather for the head of digests: asked like any source, kept as they came, politely absent when down."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog

from news.feeds.ingest import Fetcher
from news.feeds.source import Document, FetchRequest
from news.subject.places import COORDINATES
from storage import Storage

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]

RATES, WEATHER = "bulletin_rates", "bulletin_weather"
EVERY_SECONDS, _RING_SECONDS = 1800, 20.0
_LARGEST = 400_000


class BulletinRunner:
    """Asks for rates and weather where the operator named their addresses."""

    def __init__(
        self, store: Storage, fetcher: Fetcher, clock: Callable[[], int], rates_url: str | None, weather_url: str | None
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._rates_url = rates_url
        self._weather_url = weather_url
        self._asked: int | None = None

    def jobs(self, led: Callable[[Job], Job]) -> dict[str, tuple[Job, float]]:
        """The scheduler's job, under `led`; none where no address is named."""
        return {"bulletin": (led(self.ring), _RING_SECONDS)} if self._rates_url or self._weather_url else {}

    async def ring(self) -> None:
        """Ask for both every half an hour; an answer that does not come leaves the last, which grows old by itself."""
        if self._asked is not None and 0 <= self._clock() - self._asked < EVERY_SECONDS:
            return
        self._asked = self._clock()
        if self._rates_url:
            await self._keep(RATES, self._rates_url)
        if self._weather_url:
            places = COORDINATES.values()
            asked = {
                "latitude": ",".join(f"{latitude:.2f}" for latitude, _ in places),
                "longitude": ",".join(f"{longitude:.2f}" for _, longitude in places),
                "timezone": "Asia/Almaty",
                "forecast_days": 3,
                "daily": "weather_code,temperature_2m_max,temperature_2m_min",
            }
            await self._keep(WEATHER, f"{self._weather_url}?{urlencode(asked)}")

    async def _keep(self, name: str, url: str) -> None:
        answer = await self._fetcher.fetch(FetchRequest(url))
        if not isinstance(answer, Document) or len(answer.content) > _LARGEST:
            log.warning("no answer for the head of digests", what=name, reason=getattr(answer, "reason", "too large"))
            return
        text = answer.content.decode("utf-8", "replace")
        await self._store.facts.put(name, json.dumps({"at": self._clock(), "text": text}))
