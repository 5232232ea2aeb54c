"""A release into an external SPARQL engine: loaded beside what is read, verified, then switched.

Of a graph G of a release the engine holds, below our own names, `G/volgende` while it is loaded,
and `G/weggehaald` and `G/toegevoegd`: what the last switch took from G and added to it. A switch is
one update of what differs, so it costs what changed, may be repeated without harm, and is undone by
the same two graphs the other way round.
"""
