"""The rules of time, pure: standard library only, no clock, no input or output."""
