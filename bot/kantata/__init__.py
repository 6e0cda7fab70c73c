"""The typed Kantata API client: client.py sends, wire.py is pure, errors.py is the exception family."""
