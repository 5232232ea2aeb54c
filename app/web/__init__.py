"""The service: reads a release, never writes what is published."""
