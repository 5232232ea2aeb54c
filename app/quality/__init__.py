"""How good described data are: the points of data.europa.eu, and how to win more."""
