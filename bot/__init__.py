"""A Slack bot for Kantata OX: what it does, and the process that does it."""
