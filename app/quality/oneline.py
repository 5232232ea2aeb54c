"""Texts of strangers as they can be shown."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Return a text on one line, without signs that steer a screen or turn its direction."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())
