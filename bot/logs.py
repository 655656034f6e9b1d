"""Log lines: English, on standard error, JSON unless on a terminal; a token never leaves in one."""

import logging
import re
import sys
from collections.abc import MutableMapping
from traceback import format_exception
from typing import Any

import structlog

_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")  # no word need begin with it: an address has /bot123456:…


def without_tokens(text: str) -> str:
    """A text with every bot token blotted out."""
    return _TOKEN.sub("<token>", text)


def set_up_logs(form: str | None) -> None:
    """`form` is 'text' or 'json'; None is text on a terminal."""
    as_text = form == "text" or (form is None and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if as_text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, *renderer, _blot],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Blotting(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer], foreign_pre_chain=shared
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    sys.excepthook = lambda _, error, __: sys.stderr.write(without_tokens("".join(format_exception(error))))


class _Blotting(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """A log line of a library, tokens blotted out."""
        return without_tokens(super().format(record))


def _blot(_: Any, __: str, event: MutableMapping[str, Any] | str) -> str:
    return without_tokens(str(event))
