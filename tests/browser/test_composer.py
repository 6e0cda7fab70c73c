"""Writing: commands are completed, failures give the words back, the last words come again."""

from playwright.async_api import Page, expect

from tests.browser.actions import composer, send
from tests.browser.stage import Stage


async def test_a_slash_offers_the_commands_with_what_they_do(page: Page) -> None:
    await composer(page).fill("/")
    offered = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(offered).to_have_count(3)
    await expect(offered.first).to_have_text("/show [form | city | deep]Shows every block")
    await composer(page).fill("/sho")
    await expect(offered).to_have_count(2)


async def test_a_command_is_completed_by_keyboard(page: Page) -> None:
    await composer(page).fill("/sh")
    await composer(page).press("ArrowDown")
    await composer(page).press("Tab")
    await expect(composer(page)).to_have_value("/shout ")
    await expect(page.get_by_text("/shout [words]")).to_be_visible()
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="hello")).to_be_visible()
    await expect(composer(page)).to_have_value("")


async def test_a_command_nobody_has_is_not_sent(page: Page) -> None:
    await send(page, "/lgtime 2h")
    await expect(page.get_by_role("alert").filter(has_text="/lgtime is not a valid command.")).to_be_visible()
    await expect(composer(page)).to_have_value("/lgtime 2h")


async def test_a_command_that_fails_is_given_back_with_the_error(page: Page) -> None:
    await send(page, "/break it")
    await expect(page.get_by_role("alert").filter(has_text="dispatch_failed")).to_be_visible()
    await expect(composer(page)).to_have_value("/break it")


async def test_arrow_up_brings_back_what_was_sent(page: Page) -> None:
    await send(page, "first")
    await expect(page.get_by_role("article", name="first")).to_be_visible()
    await send(page, "second")
    await expect(page.get_by_role("article", name="second")).to_be_visible()
    for key, expected in [
        ("ArrowUp", "second"),
        ("ArrowUp", "first"),
        ("ArrowDown", "second"),
        ("ArrowDown", ""),
    ]:
        await composer(page).press(key)
        await expect(composer(page)).to_have_value(expected)


async def test_shift_enter_makes_a_new_line(page: Page) -> None:
    await composer(page).fill("one")
    await composer(page).press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="one two")).to_be_visible()


async def test_the_global_shortcuts_are_beside_the_composer(page: Page) -> None:
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Everything Opens the form").click()
    await expect(page.get_by_role("dialog", name="Everything")).to_be_visible()


async def test_a_server_that_went_away_is_said(on_stage: Stage) -> None:
    page = await on_stage.open()
    await page.route("**/slack/page/say", lambda route: route.abort())
    await send(page, "anybody?")
    await expect(page.get_by_role("alert").filter(has_text="The sandbox doesn’t answer.")).to_be_visible()
    on_stage.complaints.clear()  # the browser notes the aborted request
