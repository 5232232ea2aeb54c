// Makes /validate, /map and /score nicer; without it every button is a form and every page a whole page.
"use strict";
(() => {
  const form = document.querySelector("form.lab");
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

  // examples to copy, where the browser lets us
  function copying() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("button.copy[hidden]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.parentNode.querySelector("code").textContent);
        button.textContent = button.dataset.done;
      });
    }
  }

  const words = (kind, text) => Object.assign(document.createElement("p"), { className: kind, textContent: text });

  // how much was sent is known to this kind of request only
  function post(address, data, told) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("Accept", "text/html");
      request.upload.onprogress = (event) => { if (event.lengthComputable) told(event.loaded, event.total); };
      request.onload = () => done({ url: request.responseURL, text: request.responseText });
      request.onerror = request.onabort = failed;
      request.send(data);
    });
  }

  // the result in an answer, ready to stand on this page
  function taken(answer) {
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    const found = page.getElementById("resultaat") || page.querySelector("main");
    // addresses in an answer are relative to its own, which may be deeper than this page
    for (const name of ["href", "action", "formaction"]) {
      for (const element of found.querySelectorAll(`[${name}^="."]`)) {
        element.setAttribute(name, new URL(element.getAttribute(name), answer.url));
      }
    }
    const used = page.querySelector("form.lab #mapping") || page.getElementById("gebruikt");
    const text = used && (used.value || used.textContent);
    if (text && form.elements.mapping) {
      const area = form.querySelector("textarea[name=mapping]");
      area.value = text;
      area.rows = 16;
      form.querySelector("input[name=mapping]").value = "";
    }
    return [...found.childNodes];
  }

  // a check without leaving the page, so that the chosen file stays chosen
  async function send(button) {
    const data = new FormData(form, button);
    const address = button && button.hasAttribute("formaction") ? button.formAction : form.action;
    const old = result();
    const busy = words("busy", form.dataset.busy);
    old.setAttribute("aria-busy", "true");
    old.replaceChildren(busy);
    old.focus();
    const show = (...nodes) => {
      old.removeAttribute("aria-busy");
      old.replaceChildren(...nodes);
      filtering();
      copying();
      old.focus();
      old.scrollIntoView();
    };
    try {
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", form.dataset.sending || form.dataset.busy);
      const answer = await post(address, data, (sent, total) => {
        if (total > 1e6 && !bar.parentNode) old.append(bar);
        Object.assign(bar, { max: total, value: sent });
        if (form.dataset.sending) busy.textContent = sent < total ? form.dataset.sending : form.dataset.busy;
        if (sent >= total) bar.remove();
      });
      if (!/\/jobs\/[^/]+$/.test(new URL(answer.url).pathname)) { show(...taken(answer)); return; }
      if (!("stay" in form.dataset)) { location.assign(answer.url); return; }
      const page = new DOMParser().parseFromString(answer.text, "text/html");
      const job = page.getElementById("taak");
      if (!job) { show(...taken(answer)); return; }
      job.dataset.at = new URL(job.dataset.at, answer.url);
      const cancel = job.querySelector("form");
      cancel.addEventListener("submit", (event) => {
        event.preventDefault();
        fetch(job.dataset.at, { method: "DELETE" }).catch(() => {});
        show(words("good", form.dataset.stopped));
      });
      old.replaceChildren(job);
      follow(job, async () => {
        const last = await fetch(answer.url, { headers: { Accept: "text/html" } });
        show(...taken({ url: answer.url, text: await last.text() }));
      }, () => show(words("bad", form.dataset.failed)));
    } catch {
      show(words("bad", form.dataset.failed));
    }
  }

  function files(list) {
    if (!list || !list.length) return false;
    form.elements.file.files = list;
    for (const name of ["url", "text"]) if (form.elements[name]) form.elements[name].value = "";
    form.elements.file.focus();
    return true;
  }

  function pasted(text) {
    if (form.elements.text) {
      form.elements.text.value = text;
      form.elements.text.focus();
    } else if (text.trim()) {
      // cells copied from a spreadsheet are lines with tabs
      const moved = new DataTransfer();
      moved.items.add(new File([text], form.dataset.pasted));
      files(moved.files);
    }
  }

  if (form) {
    const drop = form.querySelector(".drop");
    drop.querySelector(".dropping").hidden = false;
    form.addEventListener("submit", (event) => {
      // a download, or another page, is left to the browser
      if (event.submitter && ["format", "profile"].includes(event.submitter.name)) return;
      event.preventDefault();
      send(event.submitter);
    });
    for (const kind of ["dragover", "dragleave", "drop"]) {
      form.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && !files(event.dataTransfer.files)) {
          pasted(event.dataTransfer.getData("text/plain"));
        }
      });
    }
    document.addEventListener("paste", (event) => {
      if (event.target.closest("input, textarea")) return;
      if (!files(event.clipboardData.files)) pasted(event.clipboardData.getData("text/plain"));
    });
  }

  // how far a job is, without a new page each time
  async function follow(job, ended, failed) {
    const address = job.dataset.at;
    let left = false;
    job.querySelector("form").addEventListener("submit", () => { left = true; });
    for (let misses = 0; misses < 30; await new Promise((next) => setTimeout(next, 1000))) {
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      if (left) return;
      const told = answer && answer.ok ? await answer.json() : null;
      if (answer && (!told || !["waiting", "running"].includes(told.state))) { ended(); return; }
      misses = answer ? 0 : misses + 1;
      if (told && told.total) {
        Object.assign(job.querySelector("progress"), { max: told.total, value: told.done });
        job.querySelector("[role=status]").textContent =
          job.dataset.steps.replace("{done}", told.done).replace("{total}", told.total);
      }
    }
    failed();
  }
  const job = document.getElementById("taak");
  if (job) setTimeout(() => follow(job, () => location.reload(), () => {}), 500);

  filtering();
  copying();
})();
