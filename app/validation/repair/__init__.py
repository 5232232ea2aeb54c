"""Repair rules: what is certain, each change listed. One set for the command, harvest and score."""

from app.validation.repair.engine import repair
from app.validation.repair.graph import Change, Repaired
from app.validation.repair.rules import RULES, RepairRule, rules_named

__all__ = ["RULES", "Change", "RepairRule", "Repaired", "repair", "rules_named"]
