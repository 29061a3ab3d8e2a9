"""The routes that tell an orchestrator how the application is."""

from fastapi import APIRouter

from ..dependencies import SessionDep
from ..problems import problems
from ..schemas.health import Health
from ..services import health_service

router = APIRouter(prefix="/health", tags=["Health"])


@router.get("/live")
async def get_liveness() -> Health:
    """Tell that the process answers."""
    return Health()


@router.get("/ready", responses=problems(503))
def get_readiness(session: SessionDep) -> Health:
    """Tell that the database answers, too."""
    health_service.check_database(session)
    return Health()
