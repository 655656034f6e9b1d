"""Groups, supergroups, channels: who is in them, what a bot may do there."""

import pytest

from sandbox.world.people import NotSeen, Person


@pytest.fixture
def bot(telegram):
    return telegram.bots["42:TEST"]


async def kinds(call) -> list[str]:
    updates = await call.ok("getUpdates", allowed_updates=["message", "my_chat_member", "chat_member", "channel_post"])
    if updates:
        await call.ok("getUpdates", offset=updates[-1]["update_id"] + 1)
    return [next(key for key in update if key != "update_id") for update in updates]


async def test_privacy_mode_lets_only_what_is_meant_for_the_bot_through(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    reader.says("жай сөз", group)
    reader.says("/help", group)
    reader.says("/help@other_bot", group)
    reader.says("@qala_bot сәлем", group)
    sent = await call.ok("sendMessage", chat_id=group.id, text="иә")
    reader.says("жауап", group, reply_to=sent["message_id"])
    said = [update["message"].get("text") for update in await call.ok("getUpdates") if "message" in update]
    assert said == ["/start", None, "/help", "@qala_bot сәлем", "жауап"]


async def test_an_administrator_hears_everything(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    reader.promotes(group, bot)
    reader.says("жай сөз", group)
    assert (await call.ok("getUpdates"))[-1]["message"]["text"] == "жай сөз"


async def test_joining_and_being_thrown_out_is_told(call, reader, bot):
    group = reader.makes_group("Көше", bot, kind="supergroup")
    reader.kicks(group, bot)
    changes = [update["my_chat_member"] for update in await call.ok("getUpdates") if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["member", "kicked"]
    assert await call.refused("sendMessage", chat_id=group.id, text="?") == (
        "403 Forbidden: bot was kicked from the supergroup chat"
    )


async def test_a_bot_that_left_may_not_write(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    await call.ok("leaveChat", chat_id=group.id)
    assert await call.refused("sendMessage", chat_id=group.id, text="?") == (
        "403 Forbidden: bot is not a member of the group chat"
    )


async def test_migration_gives_the_new_id(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    fresh = reader.migrates(group)
    answer = await call("sendMessage", chat_id=group.id, text="?")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": fresh.id}
    assert str(fresh.id).startswith("-100")
    await call.ok("sendMessage", chat_id=fresh.id, text="!")
    moves = [update["message"] for update in await call.ok("getUpdates") if "message" in update][-2:]
    assert moves[0]["migrate_to_chat_id"] == fresh.id
    assert moves[1]["migrate_from_chat_id"] == group.id


async def test_a_dissolved_group_says_so(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    reader.dissolves(group)
    assert "the group chat was deleted" in await call.refused("sendMessage", chat_id=group.id, text="?")


async def test_an_anonymous_administrator_speaks_for_the_group(call, reader, bot):
    group = reader.makes_group("Көше", bot, kind="supergroup")
    group.members[reader.id].rights["is_anonymous"] = True
    reader.says("/stats", group)
    message = (await call.ok("getUpdates"))[-1]["message"]
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (1087968824, group.id)


async def test_a_channel_needs_an_administrator(call, reader, bot):
    channel = reader.makes_group("Арна", bot, kind="channel")
    assert "need administrator rights in the channel chat" in await call.refused(
        "sendMessage", chat_id=channel.id, text="?"
    )
    reader.promotes(channel, bot, can_post_messages=True)
    post = await call.ok("sendMessage", chat_id=channel.id, text="жаңалық")
    assert post["sender_chat"]["title"] == "Арна"
    assert "from" not in post
    reader.says("пост", channel)
    assert "channel_post" in await kinds(call)


async def test_muted_members_cannot_write(call, reader, bot):
    group = reader.makes_group("Көше", bot, kind="supergroup")
    group.permissions["can_send_messages"] = False
    assert "not enough rights to send text messages to the chat" in await call.refused(
        "sendMessage", chat_id=group.id, text="?"
    )


async def test_topics_open_close_and_are_written_to(call, reader, bot):
    forum = reader.makes_group("Форум", bot, kind="supergroup", is_forum=True)
    thread = reader.opens_topic(forum, "Көлік")
    sent = await call.ok("sendMessage", chat_id=forum.id, message_thread_id=thread, text="!")
    assert sent["message_thread_id"] == thread
    assert "message thread not found" in await call.refused(
        "sendMessage", chat_id=forum.id, message_thread_id=999, text="!"
    )
    reader.closes_topic(forum, thread)
    assert "TOPIC_CLOSED" in await call.refused("sendMessage", chat_id=forum.id, message_thread_id=thread, text="!")
    reader.promotes(forum, bot, can_manage_topics=True)
    await call.ok("sendMessage", chat_id=forum.id, message_thread_id=thread, text="!")
    topic = await call.ok("createForumTopic", chat_id=forum.id, name="Тұрғын үй")
    assert "TOPIC_NOT_MODIFIED" in await call.refused(
        "editForumTopic", chat_id=forum.id, message_thread_id=topic["message_thread_id"], name="Тұрғын үй"
    )


async def test_members_are_restricted_banned_and_promoted_with_the_right_to(call, telegram, reader, bot):
    group = reader.makes_group("Көше", bot, kind="supergroup")
    other = Person.new(telegram, "Ержан")
    reader.adds(group, other)
    ban = {"chat_id": group.id, "user_id": other.id}
    assert "not enough rights to restrict/unrestrict chat member" in await call.refused("banChatMember", **ban)
    reader.promotes(group, bot, can_restrict_members=True, can_promote_members=True)
    await call.ok("restrictChatMember", **ban, permissions={"can_send_messages": False})
    assert (await call.ok("getChatMember", **ban))["status"] == "restricted"
    await call.ok("promoteChatMember", **ban, can_pin_messages=True)
    assert "user is an administrator" in await call.refused("banChatMember", **ban)
    await call.ok("promoteChatMember", **ban)
    await call.ok("banChatMember", **ban)
    assert (await call.ok("getChatMember", **ban))["status"] == "kicked"
    assert "can't remove chat owner" in await call.refused("banChatMember", chat_id=group.id, user_id=reader.id)


async def test_pinning_needs_the_right(call, reader, bot):
    group = reader.makes_group("Көше", bot, kind="supergroup")
    sent = await call.ok("sendMessage", chat_id=group.id, text="!")
    pin = {"chat_id": group.id, "message_id": sent["message_id"]}
    assert "not enough rights to manage pinned messages in the chat" in await call.refused("pinChatMessage", **pin)
    reader.promotes(group, bot, can_pin_messages=True)
    await call.ok("pinChatMessage", **pin)
    assert (await call.ok("getChat", chat_id=group.id))["pinned_message"]["text"] == "!"


async def test_administrators_are_listed(call, reader, bot):
    group = reader.makes_group("Көше", bot)
    (owner,) = await call.ok("getChatAdministrators", chat_id=group.id)
    assert (owner["status"], owner["user"]["id"]) == ("creator", reader.id)
    assert "there are no administrators in the private chat" in await call.refused(
        "getChatAdministrators", chat_id=reader.id
    )
    assert await call.ok("getChatMemberCount", chat_id=group.id) == 2


async def test_a_stranger_from_a_group_cannot_be_written_to(call, telegram, reader, bot):
    stranger = Person.new(telegram, "Ержан")
    assert "chat not found" in await call.refused("sendMessage", chat_id=stranger.id, text="?")
    reader.makes_group("Көше", bot, stranger)
    assert await call.refused("sendMessage", chat_id=stranger.id, text="?") == (
        "403 Forbidden: bot can't initiate conversation with a user"
    )
    stranger.starts()
    await call.ok("sendMessage", chat_id=stranger.id, text="!")
    stranger.account.is_deleted = True
    assert "user is deactivated" in await call.refused("sendMessage", chat_id=stranger.id, text="?")


async def test_edited_messages_and_reactions_come_as_updates(call, reader, bot):
    await call.ok("getUpdates", allowed_updates=["message", "edited_message", "message_reaction"])
    message = reader.says("қате")
    reader.edits(message, "дұрыс")
    sent = await call.ok("sendMessage", chat_id=reader.id, text="!")
    reader.reacts(sent, "👍")
    edited, reaction = (await call.ok("getUpdates"))[-2:]
    assert edited["edited_message"]["text"] == "дұрыс"
    assert reaction["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]


async def test_a_deep_link_carries_its_payload_and_unblocks(call, reader, bot):
    reader.blocks()
    reader.starts("a_15")
    changes = await call.ok("getUpdates")
    assert [update.get("message", {}).get("text") for update in changes] == ["/start", None, None, "/start a_15"]


async def test_the_menu_of_a_group_narrows_to_its_administrators(call, telegram, reader, bot):
    group = reader.makes_group("Көше", bot)
    other = Person.new(telegram, "Ержан")
    reader.adds(group, other)
    for scope in (
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": group.id},
        {"type": "chat_administrators", "chat_id": group.id},
        {"type": "chat_member", "chat_id": group.id, "user_id": other.id},
    ):
        commands = [{"command": scope["type"], "description": "x"}]
        await call.ok("setMyCommands", commands=commands, scope=scope)

    def menu(person):
        return person.menu(chat=group)[0]["command"]

    assert (menu(reader), menu(other)) == ("chat_administrators", "chat_member")
    for scope in ({"type": "chat_administrators", "chat_id": group.id}, {"type": "chat", "chat_id": group.id}):
        await call.ok("deleteMyCommands", scope=scope)
    await call.ok("deleteMyCommands", scope={"type": "chat_member", "chat_id": group.id, "user_id": other.id})
    assert (menu(reader), menu(other)) == ("all_chat_administrators", "all_group_chats")


async def test_a_channel_is_asked_for_as_telegram_does(call, reader, bot):
    rights = {"can_post_messages": True}
    button = {"request_id": 1, "chat_is_channel": True, "bot_administrator_rights": rights}

    def keyboard(**more):
        return {"keyboard": [[{"text": "Арна", "request_chat": button | more}]]}

    words = {"chat_id": reader.id, "text": "Қайсы?"}
    refused = await call.refused("sendMessage", **words, reply_markup=keyboard())
    assert refused.startswith("400 Bad Request: user administrator rights must include")
    refused = await call.refused(
        "sendMessage", **words, reply_markup={"keyboard": [[{"text": "Арна", "request_chat": {"request_id": 1}}]]}
    )
    assert refused == "400 Bad Request: can't parse keyboard button: Can't find field \"chat_is_channel\""
    group = reader.makes_group("Көше", bot)
    asked = keyboard(user_administrator_rights=rights)
    refused = await call.refused("sendMessage", chat_id=group.id, text="?", reply_markup=asked)
    assert refused == "400 Bad Request: chats can be requested in private chats only"
    await call.ok("sendMessage", **words, reply_markup=keyboard(user_administrator_rights=rights, request_title=True))
    channel = reader.makes_group("Қала", kind="channel")
    other = Person.new(reader.telegram, "Марат").makes_group("Бөтен", kind="channel")
    assert reader.offered(reader.asked("Арна")) == [channel]
    with pytest.raises(NotSeen):
        reader.shares("Арна", other)
    reader.shares("Арна", channel)
    updates = await call.ok("getUpdates")
    assert updates[-1]["message"]["chat_shared"] == {"request_id": 1, "chat_id": channel.id, "title": "Қала"}
    assert updates[-2]["my_chat_member"]["new_chat_member"]["can_post_messages"]


async def test_in_a_channel_a_bot_changes_its_own_posts_and_others_only_with_the_right(call, reader, bot):
    channel = reader.makes_group("Қала", kind="channel")
    reader.changes_member(channel, bot, "administrator", can_post_messages=True)
    theirs = reader.posts(channel, "Адамның жазбасы")["message_id"]
    own = (await call.ok("sendMessage", chat_id=channel.id, text="Боттың жазбасы"))["message_id"]
    refused = await call.refused("editMessageText", chat_id=channel.id, message_id=theirs, text="!")
    assert refused == "400 Bad Request: message can't be edited"
    refused = await call.refused("deleteMessage", chat_id=channel.id, message_id=theirs)
    assert refused == "400 Bad Request: message can't be deleted"
    await call.ok("editMessageText", chat_id=channel.id, message_id=own, text="Жаңа")
    await call.ok("deleteMessage", chat_id=channel.id, message_id=own)
