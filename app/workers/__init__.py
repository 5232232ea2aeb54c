"""Killable processes: a job that crashes, hangs or eats memory costs one process, not the house."""

from app.workers.connection import Job
from app.workers.pool import Pool, PoolLimits

__all__ = ["Job", "Pool", "PoolLimits"]
