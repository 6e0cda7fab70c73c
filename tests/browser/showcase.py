"""Blocks and forms of every kind the page draws: what the page is looked at and tested with."""

from typing import Any

Json = dict[str, Any]

CITIES = (
    "Aarhus",
    "Accra",
    "Adelaide",
    "Bergen",
    "Berlin",
    "Bern",
    "Bogota",
    "Cape Town",
    "Lisbon",
    "London",
)


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str | None = None, description: str | None = None) -> Json:
    """An option; its value is the text in small letters where none is given."""
    extra = {"description": plain(description)} if description else {}
    return {"text": plain(text), "value": value or text.lower().replace(" ", "-"), **extra}


def button(text: str, action_id: str, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "1", **more}


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """An input block whose element's action_id is ``value``."""
    element = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def marks(user: str) -> Json:
    """Everything mrkdwn can do, in one section."""
    text = "\n".join(
        [
            "*Bold*, _italic_, ~struck~, `code` and *_both_*; 2*3*4 and snake_case_names stay.",
            "Fish &amp; Chips &lt;b&gt;not bold&lt;/b&gt;",
            ":white_check_mark: :warning: :hourglass_flowing_sand: :calendar: :pencil2: :nobody_knows:",
            f"<https://example.com/a?b=1&amp;c=2|a link>, <@{user}>, <#C0GENERAL>, <!here>, https://example.com/x.",
            "> quoted *words*",
            "> on two lines",
            "```\nlet x = *1* < 2;\n```",
            "Since <!date^1767225600^{date_short} at {time}|1 Jan 2026, 00:00 UTC>.",
        ]
    )
    return {"type": "section", "block_id": "marks", "text": mrkdwn(text)}


def message(user: str) -> list[Json]:
    """A message with a block of every kind that a message may have."""
    return [
        {"type": "header", "block_id": "head", "text": plain("Everything at once")},
        marks(user),
        {
            "type": "section",
            "block_id": "facts",
            "fields": [mrkdwn("*Project*\nAcme / Website"), mrkdwn("*Hours*\n2h 00m")],
            "accessory": button("Accessory", "press.ok", accessibility_label="Accessory of the facts"),
        },
        {"type": "divider", "block_id": "line"},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                button("Plain", "press.ok"),
                button("Primary", "press.update", style="primary"),
                button("Danger", "press.confirmed", style="danger", confirm=confirmation()),
                button("Broken", "press.broken"),
                {
                    "type": "overflow",
                    "action_id": "press.more",
                    "options": [option("Copy"), option("Move", description="To another day")],
                },
            ],
        },
        {
            "type": "actions",
            "block_id": "picks",
            "elements": [
                {"type": "datepicker", "action_id": "pick.date", "initial_date": "2026-03-03"},
                {
                    "type": "static_select",
                    "action_id": "pick.one",
                    "placeholder": plain("Pick one"),
                    "options": [option("Design"), option("Build")],
                },
                {"type": "checkboxes", "action_id": "pick.many", "options": [option("Mon"), option("Tue")]},
            ],
        },
        rich_text(),
        table(),
        {
            "type": "image",
            "block_id": "picture",
            "title": plain("A picture from elsewhere"),
            "image_url": "https://example.com/picture.png",
            "alt_text": "A chart of hours",
        },
        {
            "type": "markdown",
            "block_id": "md",
            "text": "**Markdown** with [a link](https://example.com)\n- one\n- two",
        },
        {
            "type": "context",
            "block_id": "small",
            "elements": [mrkdwn(":calendar: *Tue 3 Mar 2026*: 5h 30m of 8h 00m"), plain("week: 22h 00m")],
        },
    ]


def confirmation() -> Json:
    """Asks before a danger."""
    return {
        "title": plain("Really?"),
        "text": mrkdwn("This *can’t* be undone."),
        "confirm": plain("Do it"),
        "deny": plain("Leave it"),
        "style": "danger",
    }


def rich_text() -> Json:
    """A rich_text block with every part."""

    def words(text: str, **style: bool) -> Json:
        return {"type": "text", "text": text, **({"style": style} if style else {})}

    items = [{"type": "rich_text_section", "elements": [words(text)]} for text in ("first", "second")]
    return {
        "type": "rich_text",
        "block_id": "rich",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    words("Rich "),
                    words("bold", bold=True),
                    words(" "),
                    {"type": "emoji", "name": "tada"},
                ],
            },
            {"type": "rich_text_list", "style": "ordered", "elements": items},
            {"type": "rich_text_quote", "elements": [words("a quote")]},
            {"type": "rich_text_preformatted", "elements": [words("a = <b>")]},
        ],
    }


def table() -> Json:
    """A week as a table."""
    rows = [["Task", "Mon", "Tue"], ["Acme / Design", "2h 00m", "5h 30m"], ["Internal", "", "1h 00m"]]
    return {
        "type": "table",
        "block_id": "week",
        "column_settings": [{"align": "left"}, {"align": "right"}, {"align": "right"}],
        "rows": [[{"type": "raw_text", "text": text or "–"} for text in row] for row in rows],
    }


def everything_form() -> Json:
    """A form with an input of every kind."""
    days = [option(day) for day in ("Mon", "Tue", "Wed")]
    groups = [
        {"label": plain("Europe"), "options": [option("Berlin"), option("Lisbon")]},
        {"label": plain("Elsewhere"), "options": [option("Accra")]},
    ]
    blocks = [
        {
            "type": "section",
            "block_id": "intro",
            "text": mrkdwn("Every input there is, *all* optional but the first."),
        },
        field(
            "line",
            "Line",
            {
                "type": "plain_text_input",
                "placeholder": plain("One line"),
                "focus_on_load": True,
                "min_length": 3,
            },
            hint=plain("At least three characters"),
        ),
        field("text", "Text", {"type": "plain_text_input", "multiline": True}, optional=True),
        field(
            "number",
            "Number",
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "10"},
            optional=True,
        ),
        field("city", "City", {"type": "external_select", "min_query_length": 2}, optional=True),
        field("cities", "Cities", {"type": "multi_external_select", "min_query_length": 0}, optional=True),
        field("place", "Place", {"type": "static_select", "option_groups": groups}, optional=True),
        field(
            "places",
            "Places",
            {"type": "multi_static_select", "options": days, "max_selected_items": 2},
            optional=True,
        ),
        field("day", "Day", {"type": "datepicker", "initial_date": "2026-03-03"}, optional=True),
        field("time", "Time", {"type": "timepicker"}, optional=True),
        field(
            "boxes",
            "Boxes",
            {"type": "checkboxes", "options": days, "initial_options": days[:1]},
            optional=True,
        ),
        field("radio", "Radio", {"type": "radio_buttons", "options": days}, optional=True),
        field("person", "Person", {"type": "users_select"}, optional=True),
        field("people", "People", {"type": "multi_users_select"}, optional=True),
        field("where", "Where", {"type": "conversations_select"}, optional=True),
        field("email", "E-mail", {"type": "email_text_input"}, optional=True),
        field("url", "Address", {"type": "url_text_input"}, optional=True),
    ]
    return modal("form.everything", "Everything", blocks, submit="Send")


def project_form(city: str | None = None) -> Json:
    """A form that changes with what is chosen in it: the district is asked once the city is known."""
    chooser = {"type": "external_select", "action_id": "choose.city", "min_query_length": 0}
    more = (
        [field(f"district-{city}", f"District of {city}", {"type": "plain_text_input"}, optional=True)]
        if city
        else []
    )
    blocks = [
        field("city", "City", chooser, dispatch_action=True),
        *more,
        field("notes", "Notes", {"type": "plain_text_input", "multiline": True}, optional=True),
    ]
    return modal("form.project", "Choose a city", blocks, submit="Save")


def pushing_form(depth: int, notes: str = "") -> Json:
    """A form that opens another one upon itself."""
    blocks: list[Json] = [
        field(
            "notes",
            f"Notes {depth}",
            {"type": "plain_text_input", "initial_value": notes or None},
            optional=True,
        ),
        {"type": "actions", "block_id": "deeper", "elements": [button("Go deeper", "press.push")]},
    ]
    blocks[0]["element"] = {name: value for name, value in blocks[0]["element"].items() if value is not None}
    return modal("form.pushing", f"Level {depth}", blocks, submit="Save") | {"private_metadata": str(depth)}


def modal(callback_id: str, title: str, blocks: list[Json], *, submit: str) -> Json:
    """A modal view."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": blocks,
    }


def home(name: str, presses: int) -> Json:
    """The Home tab."""
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "block_id": "hello", "text": plain(f"Good morning, {name}")},
            {"type": "section", "block_id": "said", "text": mrkdwn(f"Pressed *{presses}* times.")},
            {
                "type": "actions",
                "block_id": "acts",
                "elements": [button("Press", "press.home", style="primary")],
            },
        ],
    }
