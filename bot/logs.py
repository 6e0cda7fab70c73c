"""One stream of log lines, ours and the libraries', as text or JSON; no secrets, and nobody's words."""

import logging
import sys

import structlog
from structlog.typing import Processor

from bot.settings import LogFormat, LogLevel

# At their debug level these log whole requests, tokens included.
TALKATIVE = ("aiosqlite", "apscheduler", "asyncio", "httpcore", "httpx", "slack_bolt", "slack_sdk")


def configure(level: LogLevel, format: LogFormat) -> None:
    """Send structlog's and the standard library's records to standard error, in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_renderers(format))
    )
    logging.basicConfig(handlers=[handler], level=level.value.upper(), force=True)
    # On the handler: Bolt gives its loggers levels of their own.
    handler.addFilter(_is_discreet)
    # It warns whenever a long run is still under way, which is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_no_news)


def _is_discreet(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO or record.name.partition(".")[0] not in TALKATIVE


def _is_no_news(record: logging.LogRecord) -> bool:
    # Bolt finds SLACK_BOT_TOKEN in the environment although it was given the client that uses it.
    return "`token` will be unused" not in record.getMessage()


def _renderers(format: LogFormat) -> list[Processor]:
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if format is LogFormat.JSON:
        return [without_meta, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [
        without_meta,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ]
