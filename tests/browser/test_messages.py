"""Messages: every block is drawn, and what people press reaches the bot and comes back."""

import asyncio
import base64

import httpx
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.actions import composer, send, showcase
from tests.browser.stage import Stage

TAY = "Tay Forth"
ONE_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


async def test_mrkdwn_is_shown_as_slack_shows_it(page: Page) -> None:
    message = await showcase(page)
    await expect(message.locator("strong", has_text="Bold").first).to_be_visible()
    await expect(message.locator("strong em", has_text="both")).to_be_visible()
    await expect(message.get_by_text("2*3*4 and snake_case_names stay.")).to_be_visible()
    await expect(message.get_by_text("Fish & Chips <b>not bold</b>")).to_be_visible()
    await expect(message.get_by_role("img", name="white check mark")).to_be_visible()
    await expect(message.get_by_text(":nobody_knows:")).to_be_visible()
    await expect(message.get_by_role("link", name="a link").first).to_have_attribute(
        "href", "https://example.com/a?b=1&c=2"
    )
    await expect(message.get_by_text("@Tay Forth")).to_be_visible()
    await expect(message.get_by_text("#general")).to_be_visible()
    await expect(message.locator("blockquote").first).to_have_text("quoted wordson two lines")
    await expect(message.locator("pre").first).to_have_text("let x = *1* < 2;\n")


async def test_instants_are_shown_in_the_zone_of_whoever_looks(on_stage: Stage) -> None:
    page = await on_stage.open("Hudson Reed")
    message = await showcase(page)
    await expect(message.get_by_text("Since 31 Dec 2025 at 19:00.")).to_be_visible()


async def test_every_other_block_is_shown(page: Page) -> None:
    message = await showcase(page)
    await expect(message.get_by_role("heading", name="Everything at once")).to_be_visible()
    await expect(message.get_by_text("Acme / Website")).to_be_visible()
    await expect(message.get_by_role("separator").first).to_be_visible()
    await expect(message.get_by_role("listitem").filter(has_text="second")).to_be_visible()
    await expect(message.get_by_role("row", name="Acme / Design 2h 00m 5h 30m")).to_be_visible()
    await expect(message.get_by_role("columnheader", name="Mon")).to_be_visible()
    await expect(message.get_by_role("listitem").filter(has_text="two")).to_be_visible()
    await expect(message.get_by_text("week: 22h 00m")).to_be_visible()
    await expect(message.get_by_role("button", name="Accessory of the facts")).to_be_visible()


async def test_nothing_is_fetched_from_outside(on_stage: Stage) -> None:
    page = await on_stage.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    message = await showcase(page)
    await expect(message.get_by_role("img", name="A chart of hours")).to_be_visible()
    assert [url for url in asked if not url.startswith(on_stage.url)] == []


async def test_markup_somebody_writes_stays_text(page: Page) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script>"
    await send(page, hostile)
    await expect(page.get_by_role("log").get_by_text("onerror=")).to_be_visible()
    assert await page.get_by_role("log").locator("img, script").count() == 0
    assert "owned" not in await page.title()


async def test_a_private_answer_says_so_and_nobody_else_has_it(on_stage: Stage) -> None:
    mine, other = await on_stage.open(), await on_stage.open("Oder Neisse")
    message = await showcase(mine)
    await expect(message.get_by_text("Only visible to you")).to_be_visible()
    await send(mine, "/shout Good news")
    await expect(other.get_by_text("Good news")).to_be_visible()
    await expect(other.get_by_role("article", name="Everything at once")).to_have_count(0)


async def test_a_press_shows_that_it_waits_and_then_what_came_of_it(on_stage: Stage) -> None:
    page = await on_stage.open()
    message = await showcase(page)
    button = message.get_by_role("button", name="Primary")
    on_stage.bot.hold = asyncio.Event()
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    on_stage.bot.hold.set()
    await expect(page.get_by_text('press.update {"value": "1"}')).to_be_visible()
    await expect(button).to_have_count(0)


async def test_a_press_that_fails_is_said_beside_the_button(page: Page) -> None:
    message = await showcase(page)
    await message.get_by_role("button", name="Broken").click()
    await expect(message.get_by_role("alert")).to_have_text("⚠ The app did not take that. Try again.")
    await expect(message.get_by_role("button", name="Broken")).to_be_enabled()


async def test_a_dangerous_press_is_asked_about_first(page: Page) -> None:
    message = await showcase(page)
    question = page.get_by_role("dialog", name="Really?")
    await message.get_by_role("button", name="Danger").click()
    await question.get_by_role("button", name="Leave it").click()
    await expect(question).to_be_hidden()
    await message.get_by_role("button", name="Danger").click()
    await question.get_by_role("button", name="Do it").click()
    await expect(page.get_by_text("press.confirmed")).to_have_count(1)


async def test_what_is_chosen_in_a_message_is_told_at_once(page: Page) -> None:
    message = await showcase(page)
    await message.get_by_role("combobox", name="Pick one").click()
    await message.get_by_role("option", name="Build").click()
    await expect(page.get_by_text('pick.one {"selected_option"')).to_be_visible()
    await message.get_by_role("checkbox", name="Tue").check()
    await expect(page.get_by_text("pick.many")).to_contain_text('"value": "tue"')
    await message.locator("input[type=date]").fill("2026-03-05")
    await expect(page.get_by_text('pick.date {"selected_date": "2026-03-05"}')).to_be_visible()


async def test_an_overflow_menu_works_by_keyboard(page: Page) -> None:
    message = await showcase(page)
    await message.get_by_role("button", name="More actions").press("Enter")
    await page.get_by_role("menuitem", name="Copy").press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Move To another day")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("press.more")).to_contain_text('"value": "move"')


async def test_a_message_has_its_shortcuts(page: Page) -> None:
    said = page.get_by_role("article", name="Good morning! The quarterly")
    await said.hover()
    await said.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Keep it").click()
    notes = page.get_by_role("dialog").get_by_label("Notes 1")
    await expect(notes).to_have_value("Good morning! The quarterly review moved to Thursday.")


async def test_new_messages_elsewhere_are_counted(on_stage: Stage) -> None:
    mine, other = await on_stage.open(place="channel=C0RANDOM"), await on_stage.open("Oder Neisse")
    await send(other, "Anybody there?")
    await expect(mine.get_by_role("button", name="general 1 new")).to_be_visible()
    await mine.get_by_role("button", name="general 1 new").click()
    await expect(mine.get_by_text("Anybody there?")).to_be_visible()
    await expect(mine.get_by_role("button", name="general", exact=True)).to_be_visible()
    await expect(composer(mine)).to_have_attribute("placeholder", "Message #general")


async def test_a_shared_picture_is_shown_with_its_words_and_any_file_can_be_fetched(on_stage: Stage) -> None:
    content = base64.b64decode(ONE_PIXEL)
    await share(on_stage, "week.png", content, title="The team's week", alt_txt="Tay has logged nothing")
    await share(on_stage, "week.csv", b"a,b", title="The week as a table")
    page = await on_stage.open(
        place=f"channel={on_stage.world.slack.workspace.direct(on_stage.user(TAY)).id}"
    )

    picture = page.get_by_role("img", name="Tay has logged nothing")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth") == 1
    async with page.expect_download() as fetched:
        await page.get_by_role("link", name="The week as a table").click()
    assert (await fetched.value).suggested_filename == "week.csv"
    assert on_stage.complaints == []


async def share(on_stage: Stage, name: str, content: bytes, *, title: str, **more: str) -> None:
    """Sends Tay a file as the bot would."""
    client = AsyncWebClient(token=on_stage.world.bot_token, base_url=f"{on_stage.url}/slack/api/")
    place = await client.files_getUploadURLExternal(filename=name, length=len(content), **more)
    async with httpx.AsyncClient() as web:
        await web.post(place["upload_url"], content=content)
    direct = on_stage.world.slack.workspace.direct(on_stage.user(TAY)).id
    files = [{"id": place["file_id"], "title": title}]
    await client.files_completeUploadExternal(files=files, channel_id=direct, initial_comment="Here it is.")
