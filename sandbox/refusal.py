"""What the server says no with."""

from typing import Any

Json = dict[str, Any]
"""An object as the Bot API writes it; its fields are those of sandbox/bot-api.json."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """An answer with ``ok: false``; ``description`` is in Telegram's own words."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> Json:
        """The body that goes over the wire."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, **parameters: int) -> Refusal:
    """A 400; ``text`` without its prefix."""
    return Refusal(400, f"Bad Request: {text}", dict(parameters) or None)


def forbidden(text: str) -> Refusal:
    """A 403; ``text`` without its prefix."""
    return Refusal(403, f"Forbidden: {text}")
