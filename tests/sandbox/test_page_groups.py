"""Groups on the chat page in a real Chromium: topics, rights, what one person sees alone, reactions."""

from playwright.async_api import expect

from tests.sandbox.stage import PHONE, field, in_a_browser, log, opened

pytestmark = in_a_browser


def forum_of(scene):
    forum = scene.aigerim.makes_group("Тұрғындар", scene.marina, scene.bot, kind="supergroup", is_forum=True)
    return forum, scene.aigerim.opens_topic(forum, "Көлік")


async def test_each_topic_has_its_own_messages_and_what_is_said_goes_there(browser, scene):
    forum, roads = forum_of(scene)
    scene.marina.says("жалпы сөз", forum)
    async with opened(browser, scene, chat=forum.id) as page:
        await expect(log(page)).to_contain_text("жалпы сөз")
        await page.get_by_role("tab", name="Көлік").click()
        await expect(log(page)).not_to_contain_text("жалпы сөз")
        await field(page).fill("/help@qala_bot")
        await field(page).press("Enter")
        await expect(log(page)).to_contain_text("/help@qala_bot")
    [asked] = [one for one in forum.messages.values() if one.get("text") == "/help@qala_bot"]
    assert asked["message_thread_id"] == roads


async def test_an_administrator_closes_a_topic_and_a_member_reads_only(browser, scene):
    forum, roads = forum_of(scene)
    async with opened(browser, scene, chat=forum.id) as page:
        await page.get_by_role("tab", name="Көлік").click()
        await page.get_by_role("button", name="Тағы").click()
        await page.get_by_role("button", name="Осы тақырыпты жабу").click()
        await expect(page.get_by_role("tab", name="🔒 Көлік")).to_be_visible()
        assert forum.topics[roads]["is_closed"]
        await page.get_by_role("radio", name="Марина").click()
        await page.get_by_role("tab", name="🔒 Көлік").click()
        await expect(page.get_by_text("Тема закрыта: писать в неё могут администраторы")).to_be_visible()


async def test_photos_are_forbidden_by_a_press_and_the_bot_is_refused(browser, scene):
    forum, _ = forum_of(scene)
    async with opened(browser, scene, chat=forum.id) as page:
        await page.get_by_role("button", name="Тағы").click()
        await page.get_by_role("button", name="✓ Мүшелер мен бот фото жібере алады").click()
        await page.get_by_role("button", name="Тағы").click()
        await expect(page.get_by_role("button", name="✗ Мүшелер мен бот фото жібере алады")).to_be_visible()
    assert not forum.permissions["can_send_photos"]


async def test_what_one_person_sees_alone_is_marked_pressed_and_seen_by_nobody_else(browser, scene):
    forum, _ = forum_of(scene)
    await scene.bot_does(
        "setMyCommands",
        commands=[{"command": "settings", "description": "баптау", "is_ephemeral": True}],
        scope={"type": "all_group_chats"},
    )
    asked = scene.aigerim.says("/settings@qala_bot", forum)
    await scene.bot_says(
        "Тек сізге",
        {"text": "Басу", "callback_data": "alert"},
        to=forum.id,
        ephemeral_message_parameters={"receiver_user_id": scene.aigerim.id},
        reply_parameters={"ephemeral_message_id": asked["ephemeral_message_id"]},
    )
    async with opened(browser, scene, chat=forum.id) as page:
        await expect(log(page).locator(".alone").last).to_have_text("Тек сізге көрінеді")
        await page.get_by_role("button", name="Басу").click()
        await expect(page.get_by_role("dialog")).to_contain_text("alert")
        await page.keyboard.press("Escape")
        await page.get_by_role("radio", name="Марина").click()
        await expect(log(page)).not_to_contain_text("Тек сізге")


async def test_a_reaction_is_set_from_the_menu_of_a_message(browser, scene):
    scene.marina.says("жаңалық", scene.group)
    async with opened(browser, scene, chat=scene.group.id, viewport=PHONE) as page:
        await log(page).get_by_text("жаңалық").click(button="right")
        await page.get_by_role("button", name="👍").click()
        await expect(log(page).locator(".reactions")).to_have_text("👍")


def _asks(**more):
    rights = dict.fromkeys(("can_post_messages", "can_promote_members"), True)
    request = {"request_id": 1, "chat_is_channel": True, "user_administrator_rights": rights, "request_title": True}
    request |= {"bot_administrator_rights": {"can_post_messages": True}} | more
    keyboard = {"keyboard": [[{"text": "Выбрать канал", "request_chat": request}]], "one_time_keyboard": True}
    return {"reply_markup": keyboard}


async def test_a_button_asks_for_a_channel_and_one_is_given_or_made(browser, scene):
    scene.marina.starts()
    await scene.bot_says("Какой?", to=scene.marina.id, **_asks())
    async with opened(browser, scene, me=scene.marina.id, chat=scene.marina.id) as page:
        await page.get_by_role("button", name="Выбрать канал").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Алматы бүгін")
        await page.get_by_role("dialog").get_by_role("button", name="Алматы бүгін").click()
        await expect(log(page)).to_contain_text("Выбран канал: Алматы бүгін")
        await scene.bot_says("Ещё?", to=scene.marina.id, **_asks())
        await page.get_by_role("button", name="Выбрать канал").click()
        await page.get_by_role("button", name="Новый канал").click()
        await expect(log(page)).to_contain_text("Выбран канал: Пресс-служба")
    [made] = [one for one in scene.telegram.chats.values() if one.title == "Пресс-служба"]
    assert made.members[scene.bot.id].rights["can_post_messages"]


async def test_the_bot_is_put_out_of_a_channel_and_let_in_again(browser, scene):
    async with opened(browser, scene, me=scene.marina.id, chat=scene.channel.id) as page:
        await page.get_by_role("button", name="Ещё").click()
        await page.get_by_role("button", name="Убрать бота из администраторов").click()
        await page.get_by_role("button", name="Ещё").click()
        await page.get_by_role("button", name="Сделать бота администратором").click()
        await page.get_by_role("button", name="Ещё").click()
        await expect(page.get_by_role("button", name="Убрать бота из администраторов")).to_be_visible()
    assert scene.channel.members[scene.bot.id].rights["can_post_messages"]
