"""What a person does on the page, in the fewest words."""

from playwright.async_api import Locator, Page


def composer(page: Page) -> Locator:
    """Where one writes."""
    return page.get_by_role("combobox", name="Message", exact=True)


async def send(page: Page, text: str) -> None:
    """Writes it and presses Enter."""
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def form(page: Page, words: str) -> Locator:
    """Opens the bot's form of that name."""
    await send(page, f"/show {words}")
    dialog = page.get_by_role("dialog")
    await dialog.wait_for()
    return dialog


async def showcase(page: Page) -> Locator:
    """Lets the bot show every block; the message."""
    await send(page, "/show")
    message = page.get_by_role("article", name="Everything at once")
    await message.wait_for()
    return message


async def choose(within: Locator, field: str, typed: str, option: str) -> None:
    """Types into a field that offers choices and takes one."""
    box = within.get_by_role("combobox", name=field)
    await box.click()
    await box.fill(typed)
    await within.get_by_role("option", name=option, exact=True).click()
