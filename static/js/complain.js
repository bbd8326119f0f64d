// Saves the draft while somebody types, says so, and holds a submission that would be lost without a connection.
// Without this file each step saves when it is sent.
"use strict";

const PAUSE = 1500; // after the last letter
const AGAIN = 5000; // while there is no connection

for (const form of document.querySelectorAll("form[data-draft]")) {
  const line = document.querySelector("[data-draft-status]");
  let wait = 0, unsaved = false, cut = false, going = false, running = null;

  const say = (words, tone) => {
    line.hidden = false;
    if (line.textContent !== words) line.textContent = words;
    line.className = "status status--" + tone;
  };
  const later = (pause) => { clearTimeout(wait); wait = setTimeout(save, pause); };
  const fields = () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    return body;
  };

  // True when the server has answered, whatever it said.
  const save = async (last = false) => {
    if (running) running.abort();
    running = new AbortController();
    unsaved = false;
    try {
      const reply = await fetch(form.dataset.draft, {
        method: "POST", body: fields(), keepalive: last === true, signal: running.signal });
      if (!reply.ok) throw new Error(String(reply.status));
      const said = await reply.json();
      cut = false;
      say(said.words, said.saved ? "calm" : "near");
      return true;
    } catch (fault) {
      if (fault.name === "AbortError" || going) return false;
      unsaved = cut = true;
      say(line.dataset.lost, "near");
      later(AGAIN);
      return false;
    }
  };

  form.addEventListener("input", () => { unsaved = true; later(PAUSE); });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add], [data-remove]")) { unsaved = true; later(PAUSE); }
  });
  window.addEventListener("online", () => { later(0); });
  window.addEventListener("offline", () => { cut = true; say(line.dataset.lost, "near"); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && unsaved && !going) save(true);
  });

  // Before the listener of house.js: a held submission does not count as sent.
  form.addEventListener("submit", async (event) => {
    clearTimeout(wait);
    if (!cut && navigator.onLine) {
      going = true;
      if (running) running.abort();
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if (navigator.onLine && await save()) { form.requestSubmit(button); return; }
    say(line.dataset.held, "late");
    line.scrollIntoView({ block: "center" });
    later(AGAIN);
  });
  window.addEventListener("pageshow", () => { going = false; });
}
