"""The wheel, built and unpacked elsewhere, brings all that the program reads: data, page, migrations, texts."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "storage", "news", "locales", "sandbox")
PAGE = "Мост открыт\n27 ноября 2026, 14:05\n" + "В городе открыли новый мост через реку, сообщили в акимате.\n" * 3


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A folder with the wheel's content, and no checkout in sight."""
    made = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", made, ROOT], check=True, cwd=made)
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(made / "site")
    return made


def qala(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(folder / "site"), "QALA_DATA_DIR": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=folder, env=environment, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_every_file_of_the_rooms_is_in_it(elsewhere):
    listed = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {one for one in listed.stdout.split() if not (elsewhere / "site" / one).exists()}


def test_it_reads_files_searches_and_tells_its_version(elsewhere):
    (elsewhere / "most.txt").write_text(PAGE, encoding="utf-8")
    assert json.loads(qala(elsewhere, "import", "most.txt", "--json"))["new"] == 1
    assert json.loads(qala(elsewhere, "search", "мостом", "--json"))["id"] == "most.txt"
    assert json.loads(qala(elsewhere, "show", "most.txt", "--json"))["topics"]
    where = subprocess.run(
        [sys.executable, "-c", "import bot, locales; print(bot.__file__, locales.texts('kk').plain('command-help'))"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(elsewhere / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(elsewhere / "site"))
