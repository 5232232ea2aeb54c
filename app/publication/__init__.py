"""The main job: a project folder in, a release out, all or nothing."""

from app.publication.build import Outcome, Publisher

__all__ = ["Outcome", "Publisher"]
