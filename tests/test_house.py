"""What holds for the whole house: texts, commands, names."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from aiogram.filters import Command
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from typer.testing import CliRunner

from bot import __version__
from bot.cli.commands import app
from bot.config import Settings
from bot.intake.dispatcher import make_routers
from handlers.menus import ADMIN_COMMANDS, COMMANDS
from locales import LANGUAGES, TextError, Texts, source_files
from locales.__main__ import table
from news.subject import topics
from storage.readers.data_map import IMPERSONAL, PERSONAL

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "storage", "news", "locales", "sandbox")

# Migrations that were released before their numbers had to be unique keep their names: databases remember them.
OLD_NUMBERS = {"0003": 2, "0012": 2, "0013": 4}


def command(name):
    """A command of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(language):
    found = {}
    for name, text in source_files(language).items():
        for entry in FluentParser(with_spans=False).parse(text).body:
            assert not isinstance(entry, ftl.Junk), f"{name}: {entry.content[:60]}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{name}: {entry.id.name} stands twice"
                found[entry.id.name] = entry
    return found


def variables(entry):
    found = set()

    def walk(node):
        if isinstance(node, ftl.VariableReference):
            found.add(node.id.name)
        for value in vars(node).values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ftl.BaseNode):
                    walk(part)

    walk(entry)
    return found


def test_both_languages_have_the_same_texts_with_the_same_arguments():
    russian, kazakh = messages("ru"), messages("kk")
    assert russian.keys() == kazakh.keys()
    assert {key: variables(entry) for key, entry in russian.items()} == {
        key: variables(entry) for key, entry in kazakh.items()
    }


def test_every_text_that_code_names_exists_and_every_text_is_named():
    named, prefixes = set(), set()
    for room in ("bot", "handlers", "sandbox"):
        for path in (ROOT / room).rglob("*.*"):
            if path.suffix not in {".py", ".js", ".html"}:
                continue
            text = path.read_text(encoding="utf-8")
            named |= set(re.findall(r"[\"'`]([a-z][a-z0-9]*(?:-[a-z0-9]+)+)[\"'`]", text))
            named |= set(re.findall(r"[\"']([a-z]+)[\"']", text))
            prefixes |= set(re.findall(r"f[\"']([a-z]+(?:-[a-z]+)*-)\{", text)) | set(
                re.findall(r"[\"']((?:[a-z]+-)+)[\"'] \+", text)
            )
            prefixes |= set(re.findall(r"`((?:[a-z]+-)+)\$\{", text))
    known = set(messages("ru"))
    asked = {
        node.args[0].value
        for room in ("bot", "handlers")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and (ast.unparse(node.func).endswith(("texts", "texts.plain", "QalaError")))
    }
    assert asked <= known, asked - known
    unused = {key for key in known if key not in named and not any(key.startswith(prefix) for prefix in prefixes)}
    assert not unused, unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_mixes_cyrillic_and_latin_letters_in_one_word(language):
    for name, text in source_files(language).items():
        values = re.sub(r"\{[^}]*\}|<[^>]*>|^#.*$|^[a-z0-9-]+ =", " ", text, flags=re.MULTILINE)
        mixed = re.findall(r"\w*(?:[a-zA-Z][а-яёәғқңөұүһі]|[а-яёәғқңөұүһі][a-zA-Z])\w*", values, re.IGNORECASE)
        assert not mixed, f"{name}: {mixed}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_descriptions_fit_a_phone(language):
    texts = Texts(language)
    assert all(len(texts.plain(f"command-{name}")) <= 60 for name in (*COMMANDS, *ADMIN_COMMANDS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_read_whole_on_a_narrow_phone(language):
    shown = re.findall(
        r"^((?:button|reads|reaction)-[\w-]+) = ([^{\n]+)$", "\n".join(source_files(language).values()), re.MULTILINE
    )
    topic_names = [("topic", topics.short_name(slug, language)) for slug in topics.TOPICS]
    assert not [(key, words) for key, words in (*shown, *topic_names) if len(words) > 20]


def test_a_missing_text_or_argument_is_loud():
    with pytest.raises(TextError):
        Texts("kk")("no-such-text")
    with pytest.raises(TextError):
        Texts("kk")("subscribed")


def test_what_is_put_into_a_text_is_escaped():
    assert "&lt;b&gt;" in Texts("ru")("subscribed", name="<b>")


def test_every_command_has_help():
    assert all(command.callback.__doc__ for command in app.registered_commands)


async def test_every_column_about_a_reader_is_in_the_data_map(store):
    tables = await store.database.fetch(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%shadow%'"
    )
    shadows = re.compile(r"_(data|idx|content|docsize|config)$")
    names = {row["name"] for row in tables if not shadows.search(row["name"])}
    assert names == PERSONAL.keys() | IMPERSONAL, names ^ (PERSONAL.keys() | IMPERSONAL)
    for name in names:
        columns = {row["name"] for row in await store.database.fetch(f"PRAGMA table_info({name})")}
        if name in PERSONAL:
            assert columns == PERSONAL[name].keys()
        else:
            assert not {column for column in columns if "chat" in column or "user" in column}


@pytest.mark.parametrize(("language", "foreign"), [("ru", " – "), ("kk", " — ")])
def test_a_language_has_its_own_dash(language, foreign):
    assert not [name for name, text in source_files(language).items() if foreign in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_data_map_is_told_to_its_reader(language):
    assert all(Texts(language).plain(f"data-{table}") for table in PERSONAL)


def test_the_readme_names_every_command_and_setting_and_only_pictures_that_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    commands |= {group.name for group in app.registered_groups}
    assert not {name for name in commands if f"`qala {name}" not in readme}
    assert not {name for name in Settings.model_fields if f"`QALA_{name.upper()}`" not in readme}
    for picture in re.findall(r"\]\((docs/[^)]+)\)", readme):
        assert (ROOT / picture).exists(), picture


def test_the_table_of_texts_is_current():
    assert (ROOT / "docs/texts.md").read_text(encoding="utf-8") == table(), "run: python -m locales"


def test_the_journeys_of_the_page_are_those_of_the_tests():
    page = (ROOT / "docs/journeys.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| \[(\d+)\. [^]]+\]\((\S+)\) \| (\d+) \|", page, re.MULTILINE)
    walked = (ROOT / "tests/bot/test_journeys.py").read_text(encoding="utf-8")
    held = re.findall(r"^async def test_(\d+)_.*?assert phone\.taps == (\d+)", walked, re.MULTILINE | re.DOTALL)
    assert [(number, taps) for number, _, taps in told] == held
    assert len(held) == 11
    assert all((ROOT / "docs" / picture).exists() for _, picture, _ in told)


def test_the_comparison_names_only_buttons_and_commands_that_exist():
    page = (ROOT / "docs/what-others-offer.md").read_text(encoding="utf-8")
    values = re.findall(r"^[\w-]+ = (.+)$", "\n".join(source_files("ru").values()), re.MULTILINE)
    assert not {name for name in re.findall(r"«([^»]+)»", page) if not any(text.startswith(name) for text in values)}
    known = {*COMMANDS, *ADMIN_COMMANDS, "timezone"}
    assert not set(re.findall(r"(?<![\w/`.])/([a-z]+)\b", page)) - known


def test_a_name_of_a_class_or_alias_stands_once_in_the_house():
    own = command("house")
    twice = {name: where for name, where in own.type_names(own.modules()).items() if len(where) > 1}
    assert not twice, "a type is named for the one thing it is"


def test_every_package_says_what_comes_in_and_what_leaves_and_is_in_the_drawing():
    own = command("house")
    page = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
    for name, path in own.modules().items():
        if path.name == "__init__.py" and "." in name:
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert len(said.splitlines()) > 1, f"{name}: its __init__ says too little"
            assert f"`{name.replace('.', '/')}/`" in page, f"{name} is not drawn, run: python tools/house.py"


def test_a_folder_holds_as_many_modules_as_one_can_look_over():
    own = command("house")
    folders = Counter(path.parent for path in own.modules().values() if path.name != "__init__.py")
    assert not {str(folder) for folder, count in folders.items() if count > 13}


def test_documents_name_only_files_that_exist():
    missing = defaultdict(set)
    here = {path.name for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "NOTICE"):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"`((?:\w+/)+[\w.-]+\.(?:py|toml|tsv|sql|js))`", text):
            if not (ROOT / name).exists() and not (page.parent / name).exists():
                missing[page.name].add(name)
        for name in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not (page.parent / name).exists():
                missing[page.name].add(name)
        if page.name == "how-it-works.md":
            missing[page.name] |= set(re.findall(r"`(\w+\.py)`", text)) - here
    assert not {page: names for page, names in missing.items() if names}


def test_every_command_of_the_menu_has_a_handler():
    handled = {
        str(name)
        for router in make_routers()
        for handler in router.message.handlers
        for filter_ in handler.filters
        if isinstance(filter_.callback, Command)
        for name in filter_.callback.commands
    }
    assert {*COMMANDS, *ADMIN_COMMANDS} <= handled


def test_the_program_says_its_version():
    assert CliRunner().invoke(app, ["--version"]).output == f"qala {__version__}\n"
    assert re.search(
        rf"^## {re.escape(__version__)} ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_a_benchmark_is_asked_for_by_name_and_the_page_of_speed_by_its_options_alone():
    chosen = command("bench").chosen
    assert chosen([]) == ("page", [])
    assert chosen(["--runs", "2"]) == ("page", ["--runs", "2"])
    assert chosen(["lines", "--runs", "2"]) == ("lines", ["--runs", "2"])


def test_a_release_is_a_higher_version_of_something_told():
    release = command("release")
    assert "## Unreleased\n\n## 9.0.0 – 2026-12-01\n\n- A line" in release.released(
        "# Changelog\n\n## Unreleased\n\n- A line\n", "9.0.0", date(2026, 12, 1)
    )
    with pytest.raises(ValueError, match="nothing under Unreleased"):
        release.released("## Unreleased\n\n## 0.2.0 – 2026-11-29\n", "9.0.0", date(2026, 12, 1))
    assert release.versioned('__version__ = "0.9.0"', "0.10.0") == '__version__ = "0.10.0"'
    for version in ("0.9.0", "0.8.9", "1.0", "later"):
        with pytest.raises(ValueError, match=r"version|above"):
            release.versioned('__version__ = "0.9.0"', version)


def test_a_release_names_images_by_their_digest_where_a_registry_answers(tmp_path, monkeypatch):
    release = command("release")
    old, new = "sha256:" + "0" * 64, "sha256:" + "a1" * 32
    asked = tmp_path / "skopeo"
    asked.write_text(f'#!/bin/sh\ncase "$*" in *docker://python:3.11.14-slim*) echo {new};; *) exit 1;; esac\n')
    asked.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    file = f"FROM python:3.11.14-slim@{old} AS build\nCOPY . .\n    image: caddy:2.10.0@{old}\n"
    assert release.pinned(file, release.digest_at_registry) == (
        f"FROM python:3.11.14-slim@{new} AS build\nCOPY . .\n    image: caddy:2.10.0\n"
    )
    for path in release.IMAGES:  # no base is missed
        text = path.read_text(encoding="utf-8")
        assert release.pinned(text, lambda _: new).count(new) == len(re.findall(r"(?m)^FROM |^\s+image: ", text)) > 0


def test_the_number_of_a_migration_is_its_own():
    numbers = Counter(path.name[:4] for path in (ROOT / "storage/migrations").glob("*.sql"))
    assert all(number.isdigit() for number in numbers)
    assert {number: count for number, count in numbers.items() if count > 1} == OLD_NUMBERS


CHECKS = re.compile(r"^(?:assert\w*|check\w*|expect|raises|warns|sees|until|seen)$")
"""What can fail in a test: an assertion, and what waits for something to be there."""


def test_every_test_can_fail():
    silent = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for test in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name.startswith("test_"):
                called = (ast.unparse(one.func) for one in ast.walk(test) if isinstance(one, ast.Call))
                if not any(isinstance(one, ast.Assert) for one in ast.walk(test)) and not any(
                    CHECKS.match(name.rpartition(".")[2]) for name in called
                ):
                    silent.append(f"{path.name}: {test.name}")
    assert not silent


def test_a_command_loads_what_it_needs_and_no_more():
    asked = "import sys, bot.cli.commands; print([one for one in ('storage', 'news', 'aiogram') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_models_of_telegram_are_built_when_they_are_used():
    asked = """
from bot import import_aiogram
import_aiogram()
from aiogram import methods, types
models = [getattr(types, name) for name in types.__all__ if hasattr(getattr(types, name), "model_rebuild")]
update = types.Update.model_validate({"update_id": 1, "poll_answer": {"poll_id": "1", "option_ids": [0],
    "option_persistent_ids": []}})
methods.SendMessage(chat_id=1, text=update.poll_answer.poll_id)
built = sum(model.__pydantic_complete__ for model in models)
print(0 < built < len(models) / 4, all(model.model_rebuild() is not False for model in models))
"""
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


def test_a_captured_page_goes_through_its_room_and_comes_back_twice_at_most() -> None:
    steps = list(command("house").walk_page().steps("news/pages/"))
    assert len(steps) - len(set(steps)) <= 2, " → ".join(steps)
