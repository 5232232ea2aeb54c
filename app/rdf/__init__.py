"""Terms, IRIs, media types, parsing and writing of RDF; the only room beside store with pyoxigraph.

Throughout the house a *term* is its canonical N-Triples text (`<iri>`, `"text"@nl`,
`"7"^^<datatype>`), a *triple* three terms, a *quad* four. Text compares, sorts and hashes exactly:
no library in between can normalise a lexical form.
"""
