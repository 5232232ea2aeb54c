"""Releases, the ledger and the documents: what a build writes once and the web only reads."""
