"""README's own order, typed as it stands: set up, give it news, run, ask the doctor."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox.server.server import address
from sandbox.server.server import serve as serve_telegram
from sandbox.world.telegram import Telegram
from tests.bot.collecting.test_sources import news
from tests.site import Site, serve

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456:readme-readme-readme-readme-readme"
# Stands for python3, so that nothing is downloaded: its venv is made of links to the one that runs these tests.
PYTHON = f"""#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; exit; fi
if [ "$1 $2" = "-m pip" ]; then
  printf '#!/bin/sh\\nexec {sys.executable} -m bot "$@"\\n' > .venv/bin/qala && chmod +x .venv/bin/qala; exit
fi
exec {sys.executable} "$@"
"""
PAGE = """<html lang="kk"><head><title>Алматыда жаңа мектеп ашылды</title>
<meta property="article:published_time" content="2026-11-20T09:00:00+05:00"></head><body><article>
<h1>Алматыда жаңа мектеп ашылды</h1>
<p>Наурызбай ауданында бір мың екі жүз орындық мектеп есігін айқара ашты, деп хабарлады қала әкімдігі.</p>
<p>Ғимаратта екі спорт залы, кітапхана және робототехника сыныбы бар. Балалар сабаққа дүйсенбіден бастап келеді.</p>
<p>Келесі жылы ауданда тағы үш мектеп салу жоспарланып отыр.</p></article></body></html>
"""


@pytest.fixture
def outside():
    """A site with news and a Bot API server, in a thread of their own: their addresses."""
    site, telegram, ready, stop = Site(), Telegram(), threading.Event(), asyncio.Event()
    telegram.bot(TOKEN, username="readme_bot")
    loop = asyncio.new_event_loop()
    found = []

    async def work():
        async with serve(site):
            site["/"] = news(site, 1, 2, 3)
            runner = await serve_telegram(telegram)
            found.extend([site.url, address(runner)])
            ready.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(work()))
    thread.start()
    ready.wait()
    yield found
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def test_the_steps_work_in_the_order_in_which_they_stand(tmp_path, outside):
    site, telegram = outside
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "python3").write_text(PYTHON)
    (tmp_path / "python3").chmod(0o755)
    (tmp_path / "saved-pages").mkdir()
    (tmp_path / "saved-pages/page.html").write_text(PAGE, encoding="utf-8")
    chapter = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Run it on Telegram")[2]
    chapter = chapter.partition("### Settings")[0]
    (env_file,) = re.findall(r"```\n\s*(QALA_BOT_TOKEN=\S+)\n", chapter)
    (tmp_path / ".env").write_text(re.sub("=.*", f"={TOKEN}", env_file), encoding="utf-8")
    steps = re.findall(r"^\s*(make setup|\.venv/bin/qala [^`\n]+)$", chapter, re.MULTILINE)
    assert [step.split()[:2] for step in steps] == [
        ["make", "setup"],
        [".venv/bin/qala", "sources"],
        [".venv/bin/qala", "import"],
    ]
    assert re.search(r"`make run`.*`\.venv/bin/qala doctor`", chapter)
    variables = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "QALA_API_URL": telegram,
        "QALA_LISTEN": "off",
        "QALA_FETCH_PRIVATE": "on",
    }

    def typed(step: str) -> None:
        line = step.replace("https://example.kz", site)
        done = subprocess.run(
            line.split(),
            cwd=tmp_path,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (step, done.stdout, done.stderr)

    for step in steps:
        typed(step)
    bot = subprocess.Popen(
        ["make", "run"], cwd=tmp_path, env=variables, stdout=subprocess.PIPE, text=True, process_group=0
    )
    try:
        assert bot.stdout is not None
        told = next(line for line in bot.stdout if "Qala runs" in line)
        assert "https://t.me/readme_bot" in told
    finally:
        os.killpg(bot.pid, signal.SIGTERM)
        bot.communicate(timeout=30)
    typed(".venv/bin/qala doctor")


@pytest.mark.parametrize(
    ("env_file", "variables", "begun"),
    [
        (None, {}, "sandbox"),
        ("# QALA_BOT_TOKEN=1:a\nQALA_BOT_TOKEN=\nQALA_ADMINS=1\n", {}, "sandbox"),
        ("QALA_BOT_TOKEN=1:a\n", {}, "run"),
        ("\ufeffQALA_BOT_TOKEN=1:a\r\n", {}, "run"),
        ("export QALA_BOT_TOKEN = '1:a'\n", {}, "run"),
        ("QALA_BOT_TOKEN_FILE=token\n", {}, "run"),
        (None, {"QALA_BOT_TOKEN": "1:a"}, "run"),
        (None, {"QALA_BOT_TOKEN_FILE": "token"}, "run"),
    ],
)
def test_make_run_begins_the_bot_wherever_its_token_stands_and_else_the_sandbox(tmp_path, env_file, variables, begun):
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    for name in ("pyproject.toml", "requirements.lock", ".venv/bin/python", ".venv/bin/qala", ".venv/.runtime"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('#!/bin/sh\necho "$@"\n')
        (tmp_path / name).chmod(0o755)
    if env_file is not None:
        (tmp_path / ".env").write_text(env_file, encoding="utf-8", newline="")
    environment = {"PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(["make", "run"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{begun}\n"
