"""Routes: parse, call one service, respond."""
