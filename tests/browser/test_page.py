"""The page around the messages: who looks, the Home tab, Kantata's side, faults, small screens."""

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.actions import form, showcase
from tests.browser.fake_bot import MANIFEST
from tests.browser.stage import PHONE, Stage, stage


async def test_somebody_else_can_look(on_stage: Stage) -> None:
    page = await on_stage.open()
    await page.get_by_role("combobox", name="You are").fill("oder")
    await page.get_by_role("option", name="Oder Neisse").click()
    await expect(page.get_by_text("Time entries of Oder Neisse")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("combobox", name="You are")).to_have_value("Oder Neisse")


async def test_the_home_tab_is_the_apps(on_stage: Stage) -> None:
    page = await on_stage.open()
    await page.get_by_role("navigation").get_by_role("button", name="Kantata").click()
    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    await page.get_by_role("button", name="Press").click()
    await expect(page.get_by_text("Pressed 1 times.")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.get_by_role("combobox", name="Message", exact=True)).to_have_attribute(
        "placeholder", "Message Kantata"
    )


async def test_an_app_without_home_that_takes_no_messages_shows_so(chromium: Browser) -> None:
    tabs = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    manifest = MANIFEST | {"features": MANIFEST["features"] | {"app_home": tabs}}
    async with stage(chromium, manifest) as on_stage:
        page = await on_stage.open()
        await page.get_by_role("navigation").get_by_role("button", name="Kantata").click()
        await expect(page.get_by_text("Sending messages to this app has been turned off.")).to_be_visible()
        await expect(page.get_by_role("main").get_by_role("tab")).to_have_text(["Messages"])
        await expect(page.get_by_role("combobox", name="Message", exact=True)).to_be_hidden()
        await page.close()


async def test_what_is_written_to_kantata_shows_by_itself(on_stage: Stage) -> None:
    page = await on_stage.open()
    panel = page.get_by_role("complementary", name="Kantata")
    await expect(panel.get_by_role("region", name="This week")).to_be_visible()
    await expect(panel.get_by_text("wireframes for checkout")).to_have_count(0)
    await log_in_kantata(on_stage, minutes=95, notes="wireframes for checkout")
    entry = panel.get_by_role("listitem").filter(has_text="wireframes for checkout").last
    await expect(entry).to_contain_text("1h 35m")


async def log_in_kantata(on_stage: Stage, *, minutes: int, notes: str) -> None:
    """An entry of Tay's, today, as somebody in Kantata itself would make it."""
    kantata = on_stage.world.kantata
    person = kantata.firm.consultant
    entry = {
        "workspace_id": "3001",
        "story_id": "4001",
        "date_performed": kantata.clock().date().isoformat(),
        "time_in_minutes": minutes,
        "notes": notes,
        "user_id": person.id,
    }
    async with httpx.AsyncClient() as http:
        token = {"Authorization": f"Bearer {kantata.token_for(person.id)}"}
        answer = await http.post(
            f"{on_stage.url}/kantata/api/v1/time_entries", json={"time_entry": entry}, headers=token
        )
        answer.raise_for_status()


async def test_somebody_kantata_does_not_know_has_no_entries(on_stage: Stage) -> None:
    page = await on_stage.open("Una Unmatched")
    panel = page.get_by_role("complementary", name="Kantata")
    await expect(panel.get_by_text("Nobody in Kantata has this person’s e-mail address.")).to_be_visible()


async def test_a_timesheet_is_decided_in_kantata_itself(on_stage: Stage) -> None:
    page = await on_stage.open()
    panel = page.get_by_role("complementary", name="Kantata")
    await panel.get_by_role("tab", name="Timesheets").click()
    waiting = panel.get_by_role("article", name="Isar Lech").filter(has_text="waiting")
    before = await waiting.count()

    await waiting.first.get_by_role("button", name="Reject…").click()
    await waiting.first.get_by_role("button", name="Reject", exact=True).click()
    await expect(waiting.first.get_by_role("alert")).to_have_text("Say why.")
    await waiting.first.get_by_role("textbox", name="Reason").fill("Friday is missing")
    await waiting.first.get_by_role("combobox", name="Decide as").select_option("Hudson Reed")
    await waiting.first.get_by_role("button", name="Reject", exact=True).click()
    await expect(panel.get_by_text("Rejected by Hudson Reed: Friday is missing")).to_be_visible()
    await expect(waiting).to_have_count(before - 1)


async def test_kantata_can_be_made_to_fail(on_stage: Stage) -> None:
    page = await on_stage.open()
    await page.get_by_role("combobox", name="Kantata").select_option("fails")
    async with httpx.AsyncClient() as http:
        address = f"{on_stage.url}/kantata/api/v1/users/me"
        while (await http.get(address)).status_code != httpx.codes.SERVICE_UNAVAILABLE:
            await page.wait_for_load_state()
    await page.reload()
    await expect(page.get_by_role("combobox", name="Kantata")).to_have_value("failing")


async def test_a_phone_shows_one_thing_at_a_time(on_stage: Stage) -> None:
    page = await on_stage.open(size=PHONE)
    navigation = page.get_by_role("navigation", name="Workspace")
    await expect(navigation).to_be_hidden()
    await page.get_by_role("button", name="Channels").click()
    await navigation.get_by_role("button", name="acme-website").click()
    await expect(page.get_by_text("Wireframes for the checkout are ready")).to_be_visible()
    await expect(navigation).to_be_hidden()
    panel = page.get_by_role("complementary", name="Kantata")
    await page.get_by_role("button", name="Kantata", exact=True).click()
    await expect(panel).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1100, 1440])
async def test_nothing_is_wider_than_the_screen(on_stage: Stage, width: int) -> None:
    page = await on_stage.open(size={"width": width, "height": 800})
    await showcase(page)
    await form(page, "form")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for part in (".scroll", ".modal-body"):
        fits = "(part) => part.scrollWidth <= part.clientWidth"
        assert await page.locator(part).evaluate(fits), part


async def test_every_control_has_a_name(page: Page) -> None:
    await showcase(page)
    await form(page, "form")
    nameless = """() => [...document.querySelectorAll("button, input, select, textarea")]
        .filter((control) => !control.labels?.length && !control.ariaLabel && !control.textContent.trim())
        .map((control) => control.outerHTML)"""
    assert await page.evaluate(nameless) == []
