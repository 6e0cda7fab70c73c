"""Pretend Slack and Kantata on this machine, for trying the bot and for tests."""
