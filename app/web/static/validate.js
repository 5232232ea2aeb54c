// Makes /validate nicer; without it every button is a form and every page a whole page.
"use strict";
(() => {
  const form = document.getElementById("nakijken");
  const result = () => document.getElementById("resultaat");

  // filters on what is shown already
  function filtering() {
    const narrow = document.querySelector("form.narrow[data-live]");
    if (!narrow) return;
    const causes = [...document.querySelectorAll(".report article.cause")];
    narrow.hidden = causes.length < 2;
    const apply = () => {
      const severity = narrow.elements.severity.value;
      const profile = narrow.elements.of ? narrow.elements.of.value : "";
      const words = narrow.elements.q.value.trim().toLowerCase();
      let shown = 0;
      for (const cause of causes) {
        const rows = [...cause.querySelectorAll("tbody tr")];
        const own = [...cause.querySelectorAll("h3, p")].some((p) => has(p, words));
        const found = rows.filter((row) => own || has(row, words));
        for (const row of rows) row.hidden = !found.includes(row);
        const more = cause.querySelector("details");
        if (more && words && !own) more.open = found.some((row) => more.contains(row));
        cause.hidden = (severity && !cause.classList.contains(severity))
          || (profile && cause.dataset.profile !== profile) || !(own || found.length);
        shown += cause.hidden ? 0 : 1;
      }
      narrow.querySelector(".shown").textContent =
        severity || profile || words ? narrow.dataset.shown.replace("{shown}", shown).replace("{total}", causes.length) : "";
    };
    const has = (element, words) => element.textContent.toLowerCase().includes(words);
    narrow.addEventListener("input", apply);
    narrow.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  }

  // a check without leaving the page, so that the chosen file stays chosen
  async function send(button) {
    const data = new FormData(form, button);
    const address = button && button.hasAttribute("formaction") ? button.formAction : form.action;
    const old = result();
    old.setAttribute("aria-busy", "true");
    old.replaceChildren(Object.assign(document.createElement("p"), { className: "busy", textContent: form.dataset.busy }));
    old.focus();
    try {
      const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "text/html" } });
      if (answer.redirected) { location.assign(answer.url); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("resultaat") || page.querySelector("main");
      // addresses in an answer are relative to its own, which may be deeper than this page
      for (const name of ["href", "action", "formaction"]) {
        for (const element of found.querySelectorAll(`[${name}^="."]`)) {
          element.setAttribute(name, new URL(element.getAttribute(name), answer.url));
        }
      }
      old.replaceChildren(...found.childNodes);
    } catch {
      old.replaceChildren(Object.assign(document.createElement("p"), { className: "bad", textContent: form.dataset.failed }));
    }
    old.removeAttribute("aria-busy");
    filtering();
    old.focus();
    old.scrollIntoView();
  }

  function files(list) {
    if (!list || !list.length) return false;
    form.elements.file.files = list;
    form.elements.url.value = form.elements.text.value = "";
    form.elements.file.focus();
    return true;
  }

  if (form) {
    const drop = form.querySelector(".drop");
    drop.querySelector(".dropping").hidden = false;
    form.addEventListener("submit", (event) => {
      // a download is left to the browser
      if (event.submitter && event.submitter.name === "format") return;
      event.preventDefault();
      send(event.submitter);
    });
    for (const kind of ["dragover", "dragleave", "drop"]) {
      form.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && !files(event.dataTransfer.files)) {
          form.elements.text.value = event.dataTransfer.getData("text/plain");
        }
      });
    }
    document.addEventListener("paste", (event) => {
      if (event.target.closest("input, textarea")) return;
      if (!files(event.clipboardData.files)) {
        form.elements.text.value = event.clipboardData.getData("text/plain");
        form.elements.text.focus();
      }
    });
  }
  // how far a job is, without a new page each time
  const job = document.getElementById("taak");
  let left = false;
  async function follow() {
    const answer = await fetch(job.dataset.at, { headers: { Accept: "application/json" } }).catch(() => null);
    if (left) return;
    const told = answer && answer.ok ? await answer.json() : null;
    if (answer && (!told || !["waiting", "running"].includes(told.state))) { location.reload(); return; }
    if (told && told.total) {
      Object.assign(job.querySelector("progress"), { max: told.total, value: told.done });
      job.querySelector("[role=status]").textContent =
        job.dataset.steps.replace("{done}", told.done).replace("{total}", told.total);
    }
    setTimeout(follow, 1000);
  }
  if (job) {
    job.querySelector("form").addEventListener("submit", () => { left = true; });
    setTimeout(follow, 500);
  }

  filtering();
})();
