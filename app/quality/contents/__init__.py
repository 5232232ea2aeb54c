"""What a file is, whatever its name or label says: its format from its bytes, parsed."""

from app.quality.contents.inspecting import inspect

__all__ = ["inspect"]
