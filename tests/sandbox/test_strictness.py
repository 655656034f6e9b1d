"""Keyboards, inline answers, callbacks, commands, files, albums: what is refused and how."""

import aiohttp
import pytest

from sandbox.world.people import Person

BUTTON = {"text": "x", "callback_data": "y"}


def keyboard(*buttons):
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "x", "callback_data": "y" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ә" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "y"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": {}, "callback_data": "y"},
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            BUTTON | {"url": "https://a.kz"},
            "can't parse inline keyboard button: exactly one optional field must be used",
        ),
        ({"text": "x", "url": "nope"}, "inline keyboard button URL 'nope' is invalid: Wrong HTTP URL"),
        (
            {"text": "x", "url": "ftp://a.kz"},
            "inline keyboard button URL 'ftp://a.kz' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "url": "javascript:alert(1)"}, None),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        (BUTTON | {"style": "loud"}, "can't parse inline keyboard button: invalid button style specified"),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_a_wrong_button_is_refused(call, reader, button, why):
    refused = await call.refused("sendMessage", chat_id=reader.id, text="x", reply_markup=keyboard(button))
    assert why is None or refused == f"400 Bad Request: {why}"


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x", "callback_data": "y" * 64},
        {"text": "x", "callback_data": "ә" * 32},
        {"text": "x", "url": "https://a.kz/жол?a=b#c"},
        {"text": "x", "url": "t.me/qala_bot"},
        {"text": "x", "url": "tg://user?id=5"},
        {"text": "x", "switch_inline_query": ""},
        {"text": "x", "switch_inline_query_current_chat": "q"},
        {"text": "x", "disabled": {}},
        BUTTON | {"style": "primary"},
    ],
)
async def test_a_right_button_is_taken(call, reader, button):
    sent = await call.ok("sendMessage", chat_id=reader.id, text="x", reply_markup=keyboard(button))
    assert sent["reply_markup"]["inline_keyboard"] == [[button]]


async def test_100_buttons_are_taken_and_one_more_is_not(call, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="x", reply_markup=keyboard(*[BUTTON] * 100))
    markup = keyboard(*[BUTTON] * 101)
    assert "reply markup is too long" in await call.refused(
        "sendMessage", chat_id=reader.id, text="x", reply_markup=markup
    )


async def test_markup_that_is_no_object_is_refused(call, reader):
    for markup, why in (
        ("[]", "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ):
        assert why in await call.refused("sendMessage", chat_id=reader.id, text="x", reply_markup=markup)


async def test_a_callback_is_answered_within_150_seconds(call, telegram, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="?", reply_markup=keyboard(BUTTON))
    press = reader.presses(await reader.sees("?"), "x")
    telegram.clock.advance(151)
    assert await call.refused("answerCallbackQuery", callback_query_id=press.id) == (
        "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    fresh = reader.presses(reader.messages()[-1], "x")
    assert "MESSAGE_TOO_LONG" in await call.refused("answerCallbackQuery", callback_query_id=fresh.id, text="x" * 201)
    await call.ok("answerCallbackQuery", callback_query_id=fresh.id, text="x" * 200)


def article(identifier="1", **more):
    content = {"message_text": "м"}
    return {"type": "article", "id": identifier, "title": "т", "input_message_content": content} | more


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"results": [article(str(number)) for number in range(51)]}, "too many inline query results specified"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("ә" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article()], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [article(thumbnail_url="nope")]}, "WEBDOCUMENT_URL_INVALID"),
        ({"results": [article(reply_markup=keyboard({"text": "x"}))]}, "Text buttons are unallowed"),
        ({"results": [article(input_message_content={"message_text": ""})]}, "message text is empty"),
        (
            {"results": [article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})]},
            "Can't find end tag",
        ),
        ({"results": [article(input_message_content={"message_text": "x" * 4097})]}, "message is too long"),
        ({"results": [{"type": "poem", "id": "1"}]}, "can't parse inline query result"),
        (
            {"results": [{"type": "article", "id": "1", "input_message_content": {"message_text": "м"}}]},
            'Can\'t find field "title"',
        ),
        ({"results": [], "button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "x"}}, "exactly one optional field must be used"),
    ],
)
async def test_a_wrong_inline_answer_is_refused(call, reader, answer, why):
    question = reader.types("?")
    assert why in await call.refused("answerInlineQuery", inline_query_id=question.id, **answer)
    assert question.answer is None


async def test_an_inline_answer_comes_once_and_in_time(call, telegram, reader):
    first, second = reader.types("а"), reader.types("б")
    results = [article(str(number)) for number in range(50)]
    await call.ok("answerInlineQuery", inline_query_id=first.id, results=results, next_offset="x" * 64)
    assert "query is too old" in await call.refused("answerInlineQuery", inline_query_id=first.id, results=[])
    telegram.clock.advance(31)
    assert "query is too old" in await call.refused("answerInlineQuery", inline_query_id=second.id, results=[])
    assert "query is too old" in await call.refused("answerInlineQuery", inline_query_id="77", results=[])


async def test_an_inline_answer_is_shared_while_its_cache_lasts(call, telegram, reader):
    telegram.strict = True
    other = Person.new(telegram, "Ержан")
    for personal, person, kept in ((True, reader, True), (True, other, False), (False, other, True)):
        query = f"{personal} {person.id}"
        first = reader.types(query)
        answer = {"results": [article()], "cache_time": 60, "is_personal": personal}
        await call.ok("answerInlineQuery", inline_query_id=first.id, **answer)
        assert (person.types(query).answer is not None) is kept
    telegram.clock.advance(61)
    assert reader.types(f"False {other.id}").answer is None


async def test_a_sent_inline_message_is_edited_by_its_own_id(call, reader):
    question = reader.types("?")
    result = article(reply_markup=keyboard(BUTTON))
    await call.ok("answerInlineQuery", inline_query_id=question.id, results=[result])
    group = reader.makes_group("Көше")
    message = reader.chooses(question, 0, group)
    press = reader.presses(message, "x")
    updates = await call.ok("getUpdates")
    assert "message" not in updates[-1]["callback_query"]
    identifier = updates[-1]["callback_query"]["inline_message_id"]
    assert updates[-2]["chosen_inline_result"]["inline_message_id"] == identifier
    assert await call.ok("editMessageText", inline_message_id=identifier, text="жаңа") is True
    assert reader.messages(group)[-1]["text"] == "жаңа"
    await call.ok("answerCallbackQuery", callback_query_id=press.id)
    assert "MESSAGE_ID_INVALID" in await call.refused("editMessageText", inline_message_id="x", text="y")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"command": "Start", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "старт", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "x" * 33, "description": "x"}, "command length must not exceed 32"),
        ({"command": "/", "description": "x"}, "command must be non-empty"),
        ({"command": "start", "description": " "}, "command description must be non-empty"),
        ({"command": "start", "description": "x" * 257}, "command description length must not exceed 256"),
        ({"command": "start"}, "can't parse BotCommand: Can't find field \"description\""),
    ],
)
async def test_a_wrong_command_is_refused(call, command, why):
    assert await call.refused("setMyCommands", commands=[command]) == f"400 Bad Request: {why}"


async def test_commands_have_their_limits_and_scopes(call, reader):
    many = [{"command": f"c{number}", "description": "x"} for number in range(101)]
    assert "BOT_COMMANDS_TOO_MUCH" in await call.refused("setMyCommands", commands=many)
    await call.ok("setMyCommands", commands=many[:100])
    assert len(await call.ok("getMyCommands")) == 100
    assert await call.ok("getMyCommands", language_code="kk") == []
    one = many[:1]
    assert "chat not found" in await call.refused("setMyCommands", commands=one, scope={"type": "chat", "chat_id": 5})
    assert "invalid language code specified" in await call.refused("setMyCommands", commands=one, language_code="kaz")
    assert "unsupported type specified" in await call.refused("setMyCommands", commands=one, scope={"type": "moon"})


@pytest.mark.parametrize(
    ("method", "field", "most"),
    [
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ],
)
async def test_words_about_the_bot_have_their_length_and_languages(call, method, field, most):
    await call.ok(method, **{field: "x" * most})
    assert "TOO_LONG" in await call.refused(method, **{field: "x" * (most + 1)})
    await call.ok(method, **{field: "қазақша"}, language_code="kk")
    getter = method.replace("set", "get")
    assert (await call.ok(getter, language_code="kk"))[field] == "қазақша"
    assert (await call.ok(getter, language_code="en"))[field] == "x" * most


@pytest.mark.parametrize("how", ["get", "form", "multipart", "json"])
async def test_parameters_come_any_way(call, reader, how):
    given = {"chat_id": str(reader.id), "text": "сәлем", "reply_markup": '{"inline_keyboard":[]}'}
    url = f"{call.base}/bot{call.token}/SENDMESSAGE"
    if how == "get":
        request = call.http.get(url, params=given)
    elif how == "json":
        request = call.http.post(url, json=given)
    elif how == "form":
        request = call.http.post(url, data=given)
    else:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in given.items():
            form.add_field(name, value)
        request = call.http.post(url, data=form)
    async with request as answer:
        assert (await answer.json())["result"]["text"] == "сәлем"


async def test_a_file_goes_up_and_comes_down(call, reader):
    form = aiohttp.FormData()
    form.add_field("chat_id", str(reader.id))
    form.add_field("photo", b"\x89PNG", filename="a.png", content_type="image/png")
    async with call.http.post(f"{call.base}/bot{call.token}/sendPhoto", data=form) as answer:
        sizes = (await answer.json())["result"]["photo"]
    found = await call.ok("getFile", file_id=sizes[-1]["file_id"])
    async with call.http.get(f"{call.base}/file/bot{call.token}/{found['file_path']}") as answer:
        assert await answer.read() == b"\x89PNG"
    form = aiohttp.FormData()
    form.add_field("chat_id", str(reader.id))
    form.add_field("document", b"{}", filename="all.json", content_type="application/json")
    async with call.http.post(f"{call.base}/bot{call.token}/sendDocument", data=form) as answer:
        assert (await answer.json())["result"]["document"]["file_name"] == "all.json"
    again = await call.ok("sendPhoto", chat_id=reader.id, photo=sizes[-1]["file_id"])
    assert again["photo"][0]["file_unique_id"] == sizes[0]["file_unique_id"]


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (None, "there is no photo in the request"),
        ("attach://x", "can't find file x in the request"),
        ("https://no spaces.kz/", "wrong HTTP URL specified"),
        ("AgACAgI", "wrong remote file identifier specified: Wrong string length"),
    ],
)
async def test_a_photo_that_is_none_is_refused(call, reader, photo, why):
    assert await call.refused("sendPhoto", chat_id=reader.id, photo=photo) == f"400 Bad Request: {why}"


async def test_an_album_has_2_to_10_of_a_kind(call, reader):
    photo = {"type": "photo", "media": "https://a.kz/1.jpg", "caption": "<b>а</b>", "parse_mode": "HTML"}
    album = await call.ok("sendMediaGroup", chat_id=reader.id, media=[photo] * 10)
    assert len({message["media_group_id"] for message in album}) == 1
    assert album[0]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    for media, why in (
        ([photo], "media group must include 2-10 items"),
        ([photo] * 11, "media group must include 2-10 items"),
        ([photo, photo | {"type": "audio"}], "can't use the media of the specified type in the album"),
        ([photo, {"type": "photo"}], "can't parse InputMedia: Can't find field \"media\""),
    ):
        assert why in await call.refused("sendMediaGroup", chat_id=reader.id, media=media)


async def test_messages_are_copied_forwarded_and_protected(call, reader):
    chat = {"chat_id": reader.id, "from_chat_id": reader.id}
    sent = await call.ok("sendMessage", chat_id=reader.id, text="а")
    await call.ok("copyMessage", **chat, message_id=sent["message_id"])
    forwarded = await call.ok("forwardMessage", **chat, message_id=sent["message_id"])
    assert forwarded["forward_origin"]["sender_user"]["username"] == "qala_bot"
    assert "message to copy not found" in await call.refused("copyMessage", **chat, message_id=999)
    kept = await call.ok("sendMessage", chat_id=reader.id, text="б", protect_content=True)
    assert "message can't be copied" in await call.refused("copyMessage", **chat, message_id=kept["message_id"])


async def test_a_bot_edits_and_deletes_what_it_may(call, telegram, reader):
    theirs = reader.says("менікі")
    own = await call.ok("sendMessage", chat_id=reader.id, text="х")
    place = {"chat_id": reader.id, "message_id": theirs["message_id"]}
    assert "message can't be edited" in await call.refused("editMessageText", **place, text="y")
    assert "message to edit not found" in await call.refused("editMessageText", **place | {"message_id": 99}, text="y")
    assert "message identifier is not specified" in await call.refused("deleteMessage", chat_id=reader.id)
    await call.ok("deleteMessage", **place)
    assert "message to delete not found" in await call.refused("deleteMessage", **place)
    telegram.clock.advance(48 * 3600 + 1)
    assert "message can't be deleted for everyone" in await call.refused(
        "deleteMessage", chat_id=reader.id, message_id=own["message_id"]
    )


async def test_replies_need_their_message(call, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="х", reply_parameters={"message_id": 1})
    refused = await call.refused("sendMessage", chat_id=reader.id, text="х", reply_parameters={"message_id": 99})
    assert refused == "400 Bad Request: message to be replied not found"
    given = {"message_id": 99, "allow_sending_without_reply": True}
    await call.ok("sendMessage", chat_id=reader.id, text="х", reply_parameters=given)


async def test_wrong_json_is_refused_where_it_stands(call, reader):
    assert "can't parse reply parameters JSON object" in await call.refused(
        "sendMessage", chat_id=reader.id, text="x", reply_parameters="{"
    )
    assert "chat_id is empty" in await call.refused("sendMessage", text="x")
    assert "chat not found" in await call.refused("sendMessage", chat_id="@nobody", text="x")
    assert "wrong parameter action in request" in await call.refused("sendChatAction", chat_id=reader.id, action="sing")


async def test_a_poll_has_its_limits_and_is_stopped_once(call, reader):
    poll = {"chat_id": reader.id, "question": "Қалай?", "options": [{"text": "жақсы"}, {"text": "жаман"}]}
    sent = await call.ok("sendPoll", **poll)
    assert [option["text"] for option in sent["poll"]["options"]] == ["жақсы", "жаман"]
    assert "length must not exceed 300" in await call.refused("sendPoll", **poll | {"question": "x" * 301})
    assert "can't have more than 12" in await call.refused("sendPoll", **poll | {"options": [{"text": "x"}] * 13})
    place = {"chat_id": reader.id, "message_id": sent["message_id"]}
    assert (await call.ok("stopPoll", **place))["is_closed"] is True
    assert "poll has already been closed" in await call.refused("stopPoll", **place)


async def test_an_edit_takes_old_marks_away(call, reader):
    sent = await call.ok("sendMessage", chat_id=reader.id, text="<b>а</b>", parse_mode="HTML")
    edited = await call.ok("editMessageText", chat_id=reader.id, message_id=sent["message_id"], text="б")
    assert "entities" not in edited
