"""Profiles and SHACL: shapes with messages in nl and en, engines behind one typed report."""
