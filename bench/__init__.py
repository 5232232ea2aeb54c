"""Measured comparisons; they report and never fail a build."""
