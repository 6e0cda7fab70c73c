"""Forms: every input, type-ahead, errors at their fields, and views upon views."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.actions import choose, form
from tests.browser.stage import Stage


async def test_every_input_arrives_as_slack_sends_it(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "form")
    await expect(dialog.get_by_label("Line")).to_be_focused()
    await dialog.get_by_label("Line").fill("a line")
    await dialog.get_by_label("Text", exact=False).fill("two\nlines")
    await dialog.get_by_label("Number").fill("7")
    await choose(dialog, "City", "lis", "Lisbon")
    await choose(dialog, "Cities", "ber", "Bern")
    await choose(dialog, "Cities", "acc", "Accra")
    await choose(dialog, "Place (", "", "Berlin")
    await choose(dialog, "Places", "", "Tue")
    await dialog.get_by_label("Day").fill("2026-03-04")
    await dialog.get_by_label("Time").fill("09:30")
    await dialog.get_by_role("group", name="Boxes").get_by_label("Wed").check()
    await dialog.get_by_role("radiogroup", name="Radio").get_by_label("Tue").check()
    await choose(dialog, "Person", "oder", "Oder Neisse Delivery lead")
    await choose(dialog, "Where", "random", "#random")
    await dialog.get_by_label("E-mail").fill("a@example.com")
    await dialog.get_by_label("Address").fill("https://example.com")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()

    (values,) = on_stage.bot.received
    state = {block: element["value"] for block, element in values.items()}
    assert state["line"] == {"type": "plain_text_input", "value": "a line"}
    assert state["text"]["value"] == "two\nlines"
    assert state["number"]["value"] == "7"
    assert state["city"]["selected_option"]["value"] == "lisbon"
    assert [each["value"] for each in state["cities"]["selected_options"]] == ["bern", "accra"]
    assert state["place"]["selected_option"]["text"]["text"] == "Berlin"
    assert [each["value"] for each in state["places"]["selected_options"]] == ["tue"]
    assert state["day"]["selected_date"] == "2026-03-04"
    assert state["time"]["selected_time"] == "09:30"
    assert [each["value"] for each in state["boxes"]["selected_options"]] == ["mon", "wed"]
    assert state["radio"]["selected_option"]["value"] == "tue"
    assert state["person"]["selected_user"] == on_stage.user("Oder Neisse")
    assert state["people"] == {"type": "multi_users_select", "selected_users": []}
    assert state["where"]["selected_conversation"] == "C0RANDOM"
    assert state["email"]["value"] == "a@example.com"
    assert state["url"]["value"] == "https://example.com"


async def test_what_slack_would_refuse_is_said_before_the_app_is_asked(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "form")
    send = dialog.get_by_role("button", name="Send")
    await send.click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    await dialog.get_by_label("Line").fill("ab")
    await dialog.get_by_label("Number").fill("1.5")
    await dialog.get_by_label("E-mail").fill("nobody")
    await send.click()
    await expect(dialog.get_by_text("Please enter at least 3 characters.")).to_be_visible()
    await expect(dialog.get_by_text("Please enter a whole number.")).to_be_visible()
    await expect(dialog.get_by_text("Please enter a valid email address.")).to_be_visible()
    await dialog.get_by_label("Number").fill("11")
    await send.click()
    await expect(dialog.get_by_text("Please enter 10 or less.")).to_be_visible()
    assert on_stage.bot.received == []


async def test_the_apps_errors_stand_at_their_fields_until_they_are_mended(page: Page) -> None:
    dialog = await form(page, "form")
    line = dialog.get_by_label("Line")
    await line.fill("wrong")
    await dialog.get_by_role("button", name="Send").click()
    await expect(line).to_have_accessible_description("That is wrong. At least three characters")
    await expect(dialog.get_by_role("combobox", name="City")).to_have_accessible_description("No city.")
    await expect(line).to_be_focused()
    await expect(line).to_have_attribute("aria-invalid", "true")
    await line.fill("right")
    await expect(dialog.get_by_text("That is wrong.")).to_be_hidden()
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()


async def test_type_ahead_waits_for_enough_letters_and_for_a_pause(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "form")
    box = dialog.get_by_role("combobox", name="City")
    await box.click()
    await expect(dialog.get_by_text("Type at least 2 characters to search")).to_be_visible()
    await box.press_sequentially("berl")
    await expect(dialog.get_by_role("option")).to_have_text(["Berlin"])
    assert on_stage.bot.asked == ["berl"]
    await box.fill("xy")
    await expect(dialog.get_by_text("No results")).to_be_visible()


async def test_a_choice_is_made_and_left_by_keyboard(page: Page) -> None:
    dialog = await form(page, "form")
    box = dialog.get_by_role("combobox", name="City")
    await box.fill("be")
    await expect(dialog.get_by_role("option")).to_have_count(3)
    await box.press("ArrowDown")
    await box.press("ArrowDown")
    await box.press("ArrowUp")
    await box.press("Enter")
    await expect(box).to_have_value("Berlin")
    await box.fill("be")
    await expect(dialog.get_by_role("option").first).to_be_visible()
    await box.press("Escape")
    await expect(box).to_have_value("Berlin")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name="Clear selection").click()
    await expect(box).to_have_value("")


async def test_choices_come_in_their_groups_and_are_filtered(page: Page) -> None:
    dialog = await form(page, "form")
    box = dialog.get_by_role("combobox", name="Place (")
    await box.click()
    await expect(dialog.get_by_role("group", name="Europe").get_by_role("option")).to_have_count(2)
    await box.fill("acc")
    await expect(dialog.get_by_role("option")).to_have_text(["Accra"])


async def test_no_more_is_chosen_than_allowed_and_chips_can_be_removed(page: Page) -> None:
    dialog = await form(page, "form")
    for day in ("Mon", "Tue"):
        await choose(dialog, "Places", day.lower(), day)
    await dialog.get_by_role("combobox", name="Places").click()
    await dialog.get_by_role("option", name="Wed").click()
    await expect(dialog.get_by_text("At most 2 can be chosen")).to_be_visible()
    await dialog.get_by_role("button", name="Remove Mon").click()
    await expect(dialog.get_by_role("button", name="Remove Tue")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Remove Mon")).to_have_count(0)


async def test_a_form_that_changes_keeps_what_was_entered(page: Page) -> None:
    dialog = await form(page, "city")
    await dialog.get_by_label("Notes").fill("half typed")
    await choose(dialog, "City", "lis", "Lisbon")
    district = dialog.get_by_label("District of Lisbon")
    await expect(district).to_be_visible()
    await expect(dialog.get_by_label("Notes")).to_have_value("half typed")
    await district.fill("Alfama")
    await choose(dialog, "City", "lon", "London")
    await expect(dialog.get_by_label("District of London")).to_have_value("")
    await expect(dialog.get_by_label("Notes")).to_have_value("half typed")


async def test_typing_goes_on_while_the_form_changes(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "city")
    await choose(dialog, "City", "ber", "Bern")
    await expect(dialog.get_by_label("District of Bern")).to_be_visible()
    await dialog.get_by_role("combobox", name="City").click()
    option = dialog.get_by_role("option", name="Bergen")
    await option.wait_for()
    on_stage.bot.hold = asyncio.Event()
    await option.click()
    await dialog.get_by_label("Notes").press_sequentially("one ")
    on_stage.bot.hold.set()
    await expect(dialog.get_by_role("combobox", name="City")).not_to_have_attribute("aria-busy", "true")
    await page.keyboard.type("two")
    await expect(dialog.get_by_label("Notes")).to_have_value("one two")


async def test_views_are_pushed_and_left_one_by_one(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "deep")
    await dialog.get_by_label("Notes 1").fill("kept")
    await dialog.get_by_role("button", name="Go deeper").click()
    await expect(page.get_by_role("dialog", name="Level 2")).to_be_visible()
    await dialog.get_by_role("button", name="Back").click()
    await expect(page.get_by_role("dialog", name="Level 1")).to_be_visible()
    await expect(dialog.get_by_label("Notes 1")).to_have_value("kept")
    await expect(dialog.get_by_role("button", name="Back")).to_have_count(0)
    assert on_stage.bot.closed == [{"title": "Level 2", "is_cleared": False}]


async def test_the_x_closes_the_whole_stack(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "deep")
    await dialog.get_by_role("button", name="Go deeper").click()
    await expect(page.get_by_role("dialog", name="Level 2")).to_be_visible()
    await dialog.get_by_role("button", name="Close dialog").click()
    await expect(dialog).to_be_hidden()
    assert on_stage.bot.closed == [{"title": "Level 2", "is_cleared": True}]


async def test_a_failed_submission_keeps_the_form_and_says_so(page: Page) -> None:
    dialog = await form(page, "deep")
    await dialog.get_by_label("Notes 1").fill("break")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert").first).to_have_text("We had some trouble connecting. Try again?")
    await expect(dialog.get_by_label("Notes 1")).to_have_value("break")
    await dialog.get_by_label("Notes 1").fill("mended")
    await dialog.get_by_label("Notes 1").press("Enter")
    await expect(dialog).to_be_hidden()


async def test_a_submission_is_sent_once_however_often_it_is_pressed(on_stage: Stage) -> None:
    page = await on_stage.open()
    dialog = await form(page, "deep")
    on_stage.bot.hold = asyncio.Event()
    save = dialog.get_by_role("button", name="Save")
    await save.click()
    await expect(save).to_have_attribute("aria-busy", "true")
    await save.click()
    on_stage.bot.hold.set()
    await expect(dialog).to_be_hidden()
    assert len(on_stage.bot.received) == 1


async def test_an_open_form_is_there_after_a_reload(page: Page) -> None:
    await form(page, "deep")
    await page.reload()
    await expect(page.get_by_role("dialog", name="Level 1")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
