"""A visitor who notices everything: what the console says, and requests to elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page


@contextmanager
def visitor(
    browser: Browser, *, language: str = "nl-BE", width: int = 1280, javascript: bool = True
) -> Iterator[Page]:
    """Give a page; fail on anything the console says, and on requests to elsewhere."""
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 800}, java_script_enabled=javascript
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "requestfailed",
        # what was under way when the visitor went on is no failure
        lambda request: (
            None if "ERR_ABORTED" in str(request.failure) else said.append(f"failed: {request.url}")
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).hostname == "127.0.0.1"
            else said.append(f"elsewhere: {request.url}")
        ),
    )
    try:
        yield page
        # Chromium itself says so of a page that is meant to be an error
        assert [text for text in said if "the server responded with a status of" not in text] == []
        assert context.cookies() == []
    finally:
        context.close()
