// Makes /sparql nicer; without it the page is a form with links.
"use strict";
(() => {
  const form = document.getElementById("vraag");
  const field = form.elements.query;
  const button = form.querySelector("button");
  const doubt = form.querySelector(".doubt");

  // a query too long for an address goes as a form
  form.addEventListener("submit", () => {
    if (encodeURIComponent(field.value).length > Number(form.dataset.longest)) {
      form.method = "post";
      if (form.elements.lang) form.action = form.action.replace("#", `?lang=${form.elements.lang.value}#`);
    }
    button.dataset.label = button.textContent;
    button.textContent = form.dataset.busy;
    button.disabled = true;
  });
  // back from the answer
  addEventListener("pageshow", () => {
    if (button.dataset.label) button.textContent = button.dataset.label;
    button.disabled = false;
    form.method = "get";
  });

  finding();
  if (window.Yasqe) fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({})).then(editing);

  function finding() {
    const search = document.getElementById("zoekvoorbeeld");
    const box = document.querySelector(".examples .box");
    const none = document.querySelector(".examples .none");
    search.parentNode.hidden = false;
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const group of box.children) {
        const items = [...group.querySelectorAll("li")];
        for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
        group.hidden = items.every((item) => item.hidden);
        if (words.length) group.open = true;
      }
      none.hidden = [...box.children].some((group) => !group.hidden);
    });
    const now = box.querySelector("[aria-current]");
    if (now) {
      now.closest("details").open = true;
      box.scrollTop = now.offsetTop - box.offsetTop - 40;
    }
  }

  function editing(terms) {
    const prefixes = terms.prefixes || {};
    complete(prefixes, terms);
    const label = form.querySelector("label");
    const home = document.createElement("div");
    label.after(home);
    const submit = () => form.requestSubmit(button);
    const editor = new Yasqe(home, {
      value: field.value,
      persistenceId: null, consumeShareLink: null, createShareableLink: null, prefixCcApi: null,
      showQueryButton: false, resizeable: false, editorHeight: "auto", screenReaderLabel: label.textContent,
      autocompleters: ["variables", "prefixes", "property", "class", "graph"],
      // Tab leaves, as in any field
      extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": submit, "Cmd-Enter": submit, "Ctrl-S": false },
    });
    field.hidden = true;
    label.addEventListener("click", () => editor.focus());
    form.querySelector(".keys").hidden = false;
    // its notices are in English; what they say stands below
    editor.showNotification = () => {};
    let waiting = 0;
    const checked = () => {
      field.value = editor.getValue();
      const icon = home.querySelector(".parseErrorIcon");
      if (icon) icon.onmouseover = icon.onmouseout = null;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const line = wrong(editor);
        doubt.textContent = line ? form.dataset.wrong.replace("{line}", line) : "";
        if (icon) icon.title = doubt.textContent;
      }, 600);
    };
    editor.on("changes", checked);
    checked();
    const line = Number(form.dataset.line) - 1;
    if (line >= 0 && line < editor.lineCount()) {
      editor.addLineClass(line, "background", "refused");
      editor.setCursor(line, Number(form.dataset.column) - 1);
      editor.on("change", () => editor.removeLineClass(line, "background", "refused"));
    }
  }

  // the first line that is not SPARQL, from 1; 0 where all of it is
  function wrong(editor) {
    if (editor.queryValid) return 0;
    for (let line = 0; line < editor.lineCount(); line++) {
      const end = { line, ch: editor.getLine(line).length };
      if (editor.getTokenAt(end, true).state.OK === false) return line + 1;
    }
    return 0;
  }

  // completion knows what the release holds, and asks nobody else
  function complete(prefixes, terms) {
    const known = Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);
    const short = (iri, pairs) => {
      for (const [prefix, start] of pairs) {
        const rest = iri.slice(start.length);
        if (iri.startsWith(start) && /^[A-Za-z_][\w-]*$/.test(rest)) return `${prefix}:${rest}`;
      }
      return `<${iri}>`;
    };
    const among = (iris) => {
      const names = iris.map((iri) => [iri, short(iri, known).toLowerCase()]);
      return (_, token) => {
        const typed = token.autocompletionString || "";
        const part = typed.toLowerCase();
        return names.filter(([iri, name]) => iri.startsWith(typed) || name.includes(part)).map(([iri]) => iri).slice(0, 100);
      };
    };
    const written = (editor, token, iri) =>
      token.string.startsWith("<") ? `<${iri}>` : short(iri, [...Object.entries(editor.getPrefixesFromQuery()), ...known]);
    Yasqe.forkAutocompleter("prefixes", {
      name: "prefixes", persistenceId: null,
      get: () => known.map(([prefix, start]) => `${prefix}: <${start}>`).sort(),
    });
    for (const [name, iris] of [["property", terms.properties], ["class", terms.classes]]) {
      Yasqe.forkAutocompleter(name, { name, persistenceId: null, get: among(iris || []), postProcessSuggestion: written });
    }
    Yasqe.forkAutocompleter("class", {
      name: "graph", persistenceId: null, get: among(terms.graphs || []),
      postProcessSuggestion: (editor, token, iri) => `<${iri}>`,
      isValidCompletionPosition: (editor) => {
        const token = editor.getCompleteToken();
        if (/^[?$]/.test(token.string)) return false;
        const before = editor.getPreviousNonWsToken(editor.getCursor().line, token);
        return /^(graph|from|named)$/i.test(before.string);
      },
    });
  }
})();
