"""The term linter: what shapes do not see. Rules in `rules`, facts handed over as `KnownTerms`."""

from app.validation.terms.findings import TermFinding
from app.validation.terms.known import KnownTerms, load_terms
from app.validation.terms.linter import check, check_spool
from app.validation.terms.rules import RULES, Rule

__all__ = ["RULES", "KnownTerms", "Rule", "TermFinding", "check", "check_spool", "load_terms"]
