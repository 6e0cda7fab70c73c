"""The pages people see in the browser when they sign in to Kantata: plain, and whole in themselves."""

import html

from bot.domain.languages import code, tr

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
"""

HEADERS = {
    "Cache-Control": "no-store",
    # The address holds Kantata's code: it goes nowhere from here.
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def page(title: str, *paragraphs: str) -> str:
    """A page of text; what is in it is escaped."""
    shown = "\n".join(f"<p>{html.escape(each)}</p>" for each in paragraphs)
    return f"""<!DOCTYPE html>
<html lang="{code()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body><main>
<h1>{html.escape(title)}</h1>
{shown}
</main></body>
</html>
"""


def workspace_connected(kantata_name: str) -> str:
    """That the whole workspace is connected."""
    return page(
        tr("Kantata is connected"),
        tr("Everybody in the workspace is now served by the Kantata account of {name}.").format(
            name=kantata_name
        ),
        tr("You can close this page and go back to Slack."),
    )


def installed(name: str) -> str:
    """That the app is in that workspace now."""
    return page(
        tr("The app is installed"),
        tr("It is in {workspace} now.").format(workspace=name),
        tr(
            "One thing is left to do: in Slack, an administrator of the workspace types /kantata admin and "
            "connects Kantata."
        ),
    )


def not_installed(why: str) -> str:
    """That the app was not installed."""
    return page(
        tr("The app is not installed"), why, tr("Open the link to install it once more to try again.")
    )


def connected(slack_name: str, kantata_name: str) -> str:
    """That it went well."""
    return page(
        tr("You are connected"),
        tr("{slack_name} in Slack is now {kantata_name} in Kantata.").format(
            slack_name=slack_name, kantata_name=kantata_name
        ),
        tr("You can close this page and go back to Slack."),
        tr(
            "Is that Slack account not yours? Then somebody gave you a link meant for themselves: "
            "take this app's access away in your settings at Kantata, and tell whoever runs it."
        ),
    )
