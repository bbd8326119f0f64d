// The answer's page: saves while one types, and puts a text block where the cursor was. Without it, the buttons do both.
"use strict";

const form = document.querySelector("form[data-autosave]");
const AFTER = 3000; // milliseconds without a key
const AGAIN = 15000; // milliseconds before a failed saving is tried again

if (form) {
  const status = form.querySelector("[data-saved]");
  let waiting = 0, running = null, last = "", box = null;

  const text = () => {
    const data = new URLSearchParams(new FormData(form));
    for (const name of ["seen", "csrf_token", "block", "into"]) data.delete(name);
    return data.toString();
  };
  const soon = (after) => { clearTimeout(waiting); waiting = setTimeout(save, after); };

  async function save() {
    if (running || text() === last) return;
    const sent = text();
    status.textContent = form.dataset.saving;
    running = (async () => {
      const reply = await fetch(form.dataset.autosave, {
        method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
        headers: { Accept: "application/json" } });
      if (!(reply.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("no answer");
      const said = await reply.json();
      status.textContent = said.words;
      last = sent; // refused or saved: the same text is not sent twice
      if (reply.ok) form.elements.seen.value = said.seen;
    })();
    try {
      await running;
      if (text() !== last) soon(AFTER);
    } catch {
      status.textContent = form.dataset.failed;
      soon(AGAIN);
    } finally {
      running = null;
    }
  }

  last = text();
  form.addEventListener("input", () => soon(AFTER));
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea, input[type=text]")) box = event.target;
  });

  // A saving on its way changes the mark of the draft: the button waits for it.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!running) return;
    event.preventDefault();
    const button = event.submitter;
    running.catch(() => {}).then(() => form.requestSubmit(button));
  });

  const insert = form.querySelector("button[value=insert]");
  if (insert) insert.addEventListener("click", (event) => {
    const area = form.elements[form.elements.into.value];
    const body = form.elements.block.selectedOptions[0].dataset.body;
    event.preventDefault();
    area.focus();
    area.setRangeText(body, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // The box that was written in last is the likely one.
  const into = form.elements.into;
  if (into) form.querySelector("details.filters").addEventListener("toggle", () => {
    if (box && [...into.options].some((option) => option.value === box.name)) into.value = box.name;
  });
}
