"""What Slack escapes reads as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain_text import plain_text


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        ("<@U123|ann>", "@ann"),
        ("<@U123>", "@U123"),
        ("<#C1|general>", "#general"),
        ("<#C1|>", "#C1"),
        ("<#C1>", "#C1"),
        ("<https://example.com/?a=1&amp;b=2|the page>", "https://example.com/?a=1&b=2"),
        ("<https://example.com>", "https://example.com"),
        ("<mailto:ann@example.com|ann@example.com>", "ann@example.com"),
        ("<mailto:ann@example.com>", "ann@example.com"),
        ("<tel:+4930123|030 123>", "030 123"),
        ("<!here>", "@here"),
        ("<!subteam^S1|@designers>", "@designers"),
        ("<!subteam^S1>", "subteam^S1"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&lt;@U123|ann&gt; &amp;lt;", "<@U123|ann> &lt;"),
        ("no markup: 2 * 3 | 4", "no markup: 2 * 3 | 4"),
    ],
)
def test_it_reads_as_typed(escaped: str, read: str) -> None:
    assert plain_text(escaped) == read


@given(st.text())
def test_what_is_escaped_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain_text(escaped) == text
