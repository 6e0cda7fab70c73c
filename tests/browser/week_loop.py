"""The whole loop of a week as people live it on the page: filled, submitted over several projects, one of
them rejected, mended and submitted again, all approved, one of them in Kantata itself."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from playwright.async_api import Locator, Page, expect

from tests.browser.actions import send
from tests.browser.stage import PHONE, thursday

Photograph = Callable[[str, Locator], Awaitable[None]]  # a step's name, and where to look

TAY, LOIRE, ODER, GODAVARI = "Tay Forth", "Loire Allier", "Oder Neisse", "Godavari Manjira"
WHY = "Which line was it? Please say so in the notes."
LINES = (
    "/logtime 2h acme website design {day}: wireframes of the checkout",
    "/logtime 4h iris reminders {day}: reminder texts, second round",
    "/logtime 2h packaging {day}: watched the line",
)


def last_wednesday(today: date) -> date:
    """The Wednesday of last week, whose weeks begin on Sunday."""
    return today - timedelta(days=today.isoweekday() % 7 + 4)


class Loop:
    """One page on which one plays everybody; ``photograph`` is called at each step."""

    def __init__(self, page: Page, photograph: Photograph) -> None:
        self.page = page
        self.photograph = photograph

    async def play(self) -> None:
        """Everything, from the first line to the last decision."""
        await self.fill()
        await self.submit(await self.ask_for_week(), "week-2-submit")
        await self.reject()
        await self.mend()
        await self.approve_again()
        await self.approve_in_home()
        await self.approve_in_kantata()
        await self.see_it_approved()

    def said(self, words: str) -> Locator:
        """The last message with these words."""
        return self.page.get_by_role("main").get_by_role("article").filter(has_text=words).last

    async def become(self, name: str, tab: str = "Messages") -> None:
        """Somebody else looks, at the app."""
        await self.page.get_by_role("combobox", name="You are").fill(name)
        await self.page.get_by_role("option", name=name).click()
        await self.page.get_by_role("navigation").get_by_role("button", name="Kantata").click()
        await self.page.get_by_role("main").get_by_role("tab", name=tab).click()

    async def in_channel(self) -> None:
        """Tay is back in the channel."""
        await self.page.get_by_role("combobox", name="You are").fill(TAY)
        await self.page.get_by_role("option", name=TAY).click()
        await self.page.get_by_role("navigation").get_by_role("button", name="acme-website").click()

    async def fill(self) -> None:
        """Three projects get their hours."""
        day = last_wednesday(thursday(datetime.now(UTC)).date())
        for line in LINES:
            await send(self.page, line.format(day=day))
            await expect(self.said(line.partition(": ")[2])).to_contain_text("h 00m")

    async def ask_for_week(self) -> Locator:
        """/timesheet last."""
        await send(self.page, "/timesheet last")
        week = self.said("Your week")
        await expect(week).to_contain_text("Packaging line study · 2h 00m · not submitted")
        await self.photograph("week-1-filled", week)
        return week

    async def submit(self, week: Locator, name: str) -> None:
        """Submit week, and again on its own form."""
        await week.get_by_role("button", name="Submit week").click()
        form = self.page.get_by_role("dialog", name="Submit week")
        await expect(form).to_contain_text("To be submitted")
        await self.photograph(name, form)
        await form.get_by_role("button", name="Submit week").click()
        await expect(self.said("Submitted, Sun")).to_contain_text("waiting for")

    async def reject(self) -> None:
        """The approver is asked, and says why not."""
        await self.become(LOIRE)
        request = self.said("watched the line")
        await expect(request).to_contain_text("Tay Forth · ")
        await self.photograph("week-3-asked", request)
        await request.get_by_role("button", name="Reject").click()
        form = self.page.get_by_role("dialog", name="Reject a timesheet")
        await form.get_by_label("Reason").fill(WHY)
        await self.photograph("week-4-reason", form)
        await form.get_by_role("button", name="Reject").click()
        await expect(self.said("Rejected by Loire Allier")).to_contain_text(WHY)

    async def mend(self) -> None:
        """The submitter reads why, mends the notes and submits again what was rejected."""
        await self.become(TAY)
        told = self.said("Your timesheet: Rejected by Loire Allier")
        await expect(told).to_contain_text(WHY)
        await self.photograph("week-5-rejected", told)
        await told.get_by_role("button", name="Fix and resubmit").click()
        week = self.said("Your week")
        await expect(week).to_contain_text("rejected by Loire Allier")
        menu = week.get_by_role("combobox").nth(1)
        await menu.click()
        await self.page.get_by_role("option").filter(has_text="Packaging").first.click()
        form = self.page.get_by_role("dialog")
        await form.get_by_label("Notes").fill("Watched line 2 for a shift")
        await form.get_by_role("button", name="Save").click()
        await expect(self.said("Watched line 2")).to_be_visible()
        await self.submit(week, "week-6-again")

    async def approve_again(self) -> None:
        """The approver sees what changed, and approves."""
        await self.become(LOIRE)
        request = self.said("Submitted again")
        await expect(request).to_contain_text("other notes")
        await self.photograph("week-7-changed", request)
        await request.get_by_role("button", name="Approve").click()
        await expect(self.said("Approved by Loire Allier")).to_be_visible()

    async def approve_in_home(self) -> None:
        """Another approver ticks all but one of Tay's in the Home tab."""
        await self.become(ODER, "Home")
        home = self.page.get_by_role("tabpanel", name="Home")
        boxes = home.get_by_role("checkbox", name="Tay Forth")
        await expect(boxes.first).to_be_visible()
        kept = home.get_by_role("checkbox", name="Appointment reminders")
        if not await kept.is_visible():  # on the next page, in weeks in which more is waiting
            await self._tick(boxes)
            await home.get_by_role("button", name="Approve selected").click()
            await expect(kept).to_be_visible()
        await self._tick(boxes)
        await kept.uncheck()
        await self.photograph("week-8-home", self.page.get_by_role("main"))
        if await boxes.count() > 1:
            await home.get_by_role("button", name="Approve selected").click()
        await expect(boxes).to_have_count(1)
        await expect(kept).to_be_visible()

    async def _tick(self, boxes: Locator) -> None:
        for box in await boxes.all():
            await box.check()

    async def approve_in_kantata(self) -> None:
        """The rest is approved in Kantata itself, which the bot notices."""
        panel = self.page.get_by_role("complementary", name="Kantata")
        await panel.get_by_role("tab", name="Timesheets").click()
        waiting = panel.get_by_role("article", name=f"{TAY}, ").filter(has_text="waiting")
        reminders = waiting.filter(has_text="Appointment reminders")
        await reminders.get_by_role("combobox", name="Decide as").select_option(GODAVARI)
        await self.photograph("week-9-kantata", panel)
        await reminders.get_by_role("button", name="Approve").click()
        await expect(reminders).to_have_count(0)
        for left in range(await waiting.count(), 0, -1):
            await waiting.first.get_by_role("button", name="Approve").click()
            await expect(waiting).to_have_count(left - 1)

    async def see_it_approved(self) -> None:
        """All of it is approved, and Tay was told of each; it reads well on a phone too."""
        await self.become(TAY)
        noticed = self.said("Your timesheet: Approved by Godavari Manjira")
        await expect(noticed).to_contain_text("Appointment reminders")
        await self.in_channel()
        await send(self.page, "/timesheet last")
        week = self.said("Your week")
        for project, by in (
            ("Website relaunch", ODER),
            ("Packaging line study", LOIRE),
            ("Appointment reminders", GODAVARI),
        ):
            await expect(week).to_contain_text(project)
            await expect(week).to_contain_text(f"approved by {by}")
        await expect(week).not_to_contain_text("waiting for")
        await self.photograph("week-10-approved", week)
        await self.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await week.get_by_role("button", name="Next week").scroll_into_view_if_needed()
        await self.photograph("week-11-phone", self.page.locator("body"))
