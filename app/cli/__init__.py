"""The command line: parse → one service → render.

Exit 0 is done, 1 not conforming, 2 could not run.
"""
