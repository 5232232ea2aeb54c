// Prints what the npm package ldes-client reads of a stream, a line of JSON per member, and what
// Comunica answers: `ldes URL STATE-FOLDER`, or `ask QUERY SOURCE…`.
// It runs beside the installed packages.
const [what, first, ...rest] = process.argv.slice(2);
const term = (t) => [t.value, t.language ?? "", t.datatype?.value ?? ""];

if (what === "ldes") {
  const { replicateLDES, intoConfig } = await import("ldes-client");
  const config = intoConfig({ url: first, statePath: rest[0], noShape: true });
  const reader = replicateLDES(config, "ascending").stream({ highWaterMark: 10 }).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const { id, isVersionOf, timestamp, quads } = next.value;
    const said = quads.filter((q) => q.graph.value === id.value)
      .map((q) => [term(q.subject), term(q.predicate), term(q.object)]);
    const kinds = quads.filter((q) => q.subject.value === id.value && q.graph.value === ""
      && q.predicate.value.endsWith("#type")).map((q) => q.object.value);
    const at = timestamp instanceof Date ? timestamp.toISOString() : String(timestamp);
    console.log(JSON.stringify({ id: id.value, thing: isVersionOf, at, kinds, said }));
  }
} else {
  const { QueryEngine } = await import("@comunica/query-sparql");
  const bindings = await new QueryEngine().queryBindings(first, { sources: rest });
  for (const row of await bindings.toArray())
    console.log(JSON.stringify(Object.fromEntries([...row].map(([k, v]) => [k.value, v.value]))));
}
