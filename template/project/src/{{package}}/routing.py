"""How requests find their routes."""

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class PrefixRouter(APIRouter):
    """A router that looks at its routes for the paths that have its prefix, and for no others.

    FastAPI looks at all routes of all routers up to the one that matches, which with many
    resources takes longer than to answer.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request is for one of the routes, and what the route is told of it."""
        fixed, _, _ = self.prefix.partition("{")
        if fixed not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)
