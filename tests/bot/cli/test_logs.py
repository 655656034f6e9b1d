"""Log lines hold no token, however long the line and however it is drawn."""

import subprocess
import sys

import pytest

TOKEN = "1234567:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9"
PROGRAM = f"""
import structlog
from bot.cli.shared import set_up_logs

set_up_logs({{form!r}})

def ask(url):
    wide = "x" * 70 + url
    raise RuntimeError(wide)

try:
    ask("https://api.telegram.org/bot{TOKEN}/sendMessage")
except RuntimeError:
    structlog.get_logger().exception("failed", address="bot{TOKEN}")
if {{form!r}} == "json":
    ask("https://api.telegram.org/bot{TOKEN}/getMe")  # nobody catches this one
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_neither_the_token_nor_what_was_at_hand(form):
    program = PROGRAM.replace("{form!r}", repr(form))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "RuntimeError" in done.stderr
    assert TOKEN[:12] not in done.stderr
    assert "AAHdqTcv" not in done.stderr
    assert "locals" not in done.stderr
    assert "wide =" not in done.stderr.replace('wide = "x" * 70 + url', "")
