"""`python -m app` and the `vijfster` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from app.cli.main import app  # noqa: PLC0415

    app()


if __name__ == "__main__":
    main()
