"""What the bot remembers: rows and queries, and the only place that commits."""
