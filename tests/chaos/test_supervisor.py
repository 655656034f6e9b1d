"""What Qala lives by is started by one supervisor, tried again, told, and told to be over."""

import ast
import asyncio
from pathlib import Path

import pytest

from bot.sending import alarms
from bot.sending.alarms import Alarms
from bot.supervisor import Supervisor, UnrecoverableError, going_on
from tests.driver import world

ROOT = Path(__file__).resolve().parent.parent.parent
STARTERS = {"create_task", "ensure_future"}
HEARD_OF = {
    "storage/engine/database.py": "writes what waits, then ends; each who waits hears how it ended",
    "bot/sending/rate.py": "gives moments to all who ask, then ends; each who asks hears how it ended",
    "storage/engine/changes.py": "looks once for all who ask; they hear how it ended, an early look is tried again by the next",
    "storage/installation.py": "draws for all who ask, then ends; each who asks hears how it ended",
}
"""Where a task is waited for in another way."""


def unsupervised(tree):
    """Where a task is started that its own function does not wait for."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            awaited = {name for node in ast.walk(function) if isinstance(node, ast.Await) for name in names_in(node)}
            awaited |= {one.optional_vars.id for one in groups_of(function)}
            for statement, call in starts_in(function):
                if not names_in(statement) & awaited:
                    found.append(call.lineno)
    return found


def groups_of(function):
    """The task groups that the function waits for."""
    for node in ast.walk(function):
        if isinstance(node, ast.AsyncWith):
            yield from (one for one in node.items if "TaskGroup" in ast.unparse(one.context_expr))


def starts_in(function):
    """Each start of a task with the innermost statement around it."""
    for statement in ast.walk(function):
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
            continue
        for call in ast.walk(statement):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in STARTERS:
                yield statement, call


def names_in(node):
    """What is named in a piece of code, what it is called with excepted."""
    return {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute)} - {
        "asyncio",
        "self",
    }


def test_no_long_lived_task_is_started_but_through_the_supervisor():
    wrong = {}
    for room in ("bot", "handlers", "storage", "news"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if (
                path.name == "supervisor.py"
                or str(path.relative_to(ROOT)) in HEARD_OF
                or not any(starter in text for starter in STARTERS)
            ):
                continue
            if lines := unsupervised(ast.parse(text)):
                wrong[str(path.relative_to(ROOT))] = sorted(set(lines))
    assert wrong == {}


def test_the_reader_of_code_finds_a_task_that_nobody_waits_for():
    assert unsupervised(ast.parse("async def f():\n    asyncio.create_task(g())"))
    assert unsupervised(ast.parse("async def f(self):\n    self.task = asyncio.create_task(g())"))
    assert unsupervised(ast.parse("async def f():\n    return asyncio.ensure_future(g())"))
    assert not unsupervised(ast.parse("async def f():\n    task = asyncio.create_task(g())\n    await task"))


async def test_a_work_that_fails_is_done_again_until_it_ends(monkeypatch):
    monkeypatch.setattr("bot.supervisor.FIRST_PAUSE", 0.01)
    supervisor, seen = Supervisor(), []

    async def work():
        seen.append(supervisor.why_not_ready)
        if len(seen) < 4:
            raise ValueError("once more")

    await supervisor.keep("intake", "a work", work)
    assert seen == [None, "intake", "intake", "intake"]
    assert supervisor.troubles["intake", "a work"].times == 3


async def test_what_trying_again_cannot_mend_ends_the_program_with_its_reason():
    supervisor = Supervisor()

    async def work():
        raise UnrecoverableError("the token is refused")

    await supervisor.keep("intake", "a work", work)
    assert supervisor.failed.is_set()
    assert supervisor.reason == "the token is refused"


async def test_a_job_that_fails_is_told_and_rung_again_after_a_pause():
    now, rings = [0.0], []
    supervisor = Supervisor(lambda: now[0])

    async def job():
        rings.append(now[0])
        if now[0] < 3:
            raise OSError("not yet")

    ring = supervisor.guarded("sending", "deliveries", job)
    for tenth in range(60):
        now[0] = tenth / 10
        await ring()
        if now[0] < 3:
            assert supervisor.why_not_ready == "sending"
    assert rings[:3] == [0.0, 0.5, 1.5]
    assert supervisor.why_not_ready is None


async def never():
    await asyncio.Event().wait()


async def test_a_job_that_hangs_is_told_and_rung_anew():
    supervisor, rings = Supervisor(), []

    async def job():
        rings.append(supervisor.why_not_ready)
        if len(rings) == 1:
            await never()

    failed = []
    supervisor.failures = failed.append
    ring = supervisor.guarded("sending", "deliveries", job, 0.05)
    await ring()
    assert supervisor.why_not_ready == "sending"
    assert "has not gone on" in supervisor.troubles["sending", "deliveries"].why
    assert set(failed) == {"deliveries"}
    supervisor._clock = lambda: float("inf")  # the pause after a failure is over
    await ring()
    assert rings == [None, "sending"]
    assert supervisor.why_not_ready is None


async def test_what_hangs_even_in_its_end_is_told_before_it_ends():
    supervisor, ending = Supervisor(), asyncio.Event()

    async def job():
        try:
            await never()
        finally:
            ending.set()
            await never()  # like a disk that does not answer a rollback

    ringing = asyncio.create_task(supervisor.guarded("bell", "cleaning", job, 0.05)())
    async with asyncio.timeout(5):
        await ending.wait()
    assert ("bell", "cleaning") in supervisor.troubles
    assert not ringing.done()
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)


async def test_a_long_work_that_goes_on_is_left_alone():
    supervisor, steps = Supervisor(), []

    async def work():
        for step in range(20):
            await asyncio.sleep(0.01)
            going_on()
            steps.append(step)

    await supervisor.keep("intake", "a work", work, within=0.15)
    assert len(steps) == 20
    assert not supervisor.troubles


async def test_a_handler_that_hangs_keeps_nobody_else_waiting_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.intake.handling._LONGEST_TURN_SECONDS", 0.5)
    async with world(tmp_path) as city:
        hanging, first = type(city.store.articles).latest, []

        async def latest(self, *arguments, **named):
            if not first:
                first.append(1)
                await never()
            return await hanging(self, *arguments, **named)

        monkeypatch.setattr(type(city.store.articles), "latest", latest)
        person = city.person("Айгерім", "kk")
        person.says("/latest")
        person.says("/help")
        await person.sees("/latest")


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_administrators_hear_once_of_what_lasts_and_once_that_it_is_over(tmp_path, monkeypatch, language):
    monkeypatch.setattr(alarms, "LOOK_SECONDS", 3600)
    async with world(tmp_path, news=False, admins="1001") as city:
        admin = city.person("Әкімші", language)
        admin.says("/help")
        await admin.sees("/latest")
        now = [0.0]
        supervisor = Supervisor(lambda: now[0])
        watch = Alarms(city.bot.newsroom._tell.__self__.bot, city.store, (admin.id,), supervisor, lambda: now[0])
        supervisor.ill("storage", "updates", "SQLite: database or disk is full")
        for now[0] in (1, 30, 59):
            await watch.look()
        before = len(admin.messages())
        for now[0] in (61, 70, 300):
            await watch.look()
        supervisor.well("storage", "updates")
        for now[0] in (301, 400):
            await watch.look()
        told = [one["text"] for one in admin.messages()[before:]]
        assert len(told) == 2
        assert ("База" in told[0]) == (language == "ru")
        assert "5" in told[1]


async def test_what_was_over_within_a_minute_is_told_to_nobody(tmp_path):
    now = [0.0]
    supervisor = Supervisor(lambda: now[0])
    watch = Alarms(None, None, (1,), supervisor, lambda: now[0])  # whoever was told would need a bot
    supervisor.ill("intake", "polling", "Telegram does not answer")
    for now[0] in (1, 30):
        await watch.look()
    supervisor.well("intake", "polling")
    now[0] = 40
    await watch.look()
    assert supervisor.troubles == {}


async def test_supervised_tasks_end_with_the_supervisor():
    supervisor = Supervisor()
    task = supervisor.keep("bell", "for ever", asyncio.Event().wait)
    await asyncio.sleep(0)
    await supervisor.close()
    assert task.cancelled()
