// The reader looks on while one types: after a pause the text is read, and its notes stand below the boxes, its
// marks under the words. Nothing is kept by it. Without it the button "Check" shows the same.
"use strict";

{
  const PAUSE = 400; // milliseconds without a key
  const form = document.querySelector("form[data-read]");
  const place = (name) => document.querySelector(`[data-slot="${name}"]`);
  const boxes = new Map(); // name → { area, sheet, marks }: each text area with the sheet that carries its marks
  const shown = new Map(); // name of a place → what was last put there
  let waiting = 0, asked = 0, drawn = 0, last = "", running = null, ended = false;

  // Marks: the same words on a sheet under the box, seen through it ------------------------------------------

  function lay(area) {
    const paper = document.createElement("div"), sheet = document.createElement("div");
    paper.className = "pencil";
    sheet.className = "pencil__sheet";
    sheet.setAttribute("aria-hidden", "true"); // the notes say the same in words
    area.before(paper);
    paper.append(sheet, area);
    const box = { area, sheet, marks: [], was: area.value };
    boxes.set(area.name, box);
    area.addEventListener("scroll", () => follow(box));
    new ResizeObserver(() => follow(box)).observe(area);
  }

  function follow({ area, sheet }) {
    const bar = area.offsetWidth - area.clientWidth - 4; // two edges of 2 px
    sheet.style.paddingRight = bar > 0 ? `${10 + bar}px` : "";
    sheet.scrollTop = area.scrollTop;
  }

  function draw(box) {
    const text = box.area.value, pieces = [];
    let at = 0;
    for (const { start, end, numbers, strong } of box.marks) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      mark.className = strong ? "strong" : "";
      if (numbers) mark.dataset.n = numbers;
      pieces.push(text.slice(at, start), mark);
      at = end;
    }
    box.sheet.replaceChildren(...pieces, `${text.slice(at)}\u200b`); // so that a last empty line has its height
    box.was = text;
    follow(box);
  }

  // The marks of a text whose words were changed: those before and after the change stay with their words.
  function moved(marks, was, now) {
    const most = Math.min(was.length, now.length);
    let head = 0, tail = 0;
    while (head < most && was[head] === now[head]) head++;
    while (tail < most - head && was[was.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
    const by = now.length - was.length;
    return marks.flatMap((mark) => mark.end <= head ? [mark] : mark.start >= was.length - tail
      ? [{ ...mark, start: mark.start + by, end: mark.end + by }] : []);
  }

  // What the server marked, as places in the text: its words without the numbers between them.
  function marksOf(words) {
    const marks = [];
    let at = 0;
    for (const node of words ? words.firstElementChild.childNodes : []) {
      const links = node.nodeName === "MARK" ? [...node.querySelectorAll("a")] : [];
      const end = at + node.textContent.length - links.reduce((sum, link) => sum + link.textContent.length, 0);
      if (node.nodeName === "MARK") marks.push({
        start: at, end, numbers: links.map((link) => link.textContent).join(","),
        strong: node.classList.contains("strong") });
      at = end;
    }
    return marks;
  }

  function mark(name, typed) {
    const box = boxes.get(name), words = place(name).querySelector("[data-words]");
    if (!box) return;
    if (words) words.hidden = true; // the marks are in the box itself
    box.marks = moved(marksOf(words), typed, box.area.value);
    draw(box);
  }

  // Notes: each place of the reply into its place of the page -------------------------------------------------

  function put(said, typed) {
    const held = document.activeElement, inside = form.contains(held);
    const before = inside ? held.getBoundingClientRect().top : 0;
    const reply = document.createElement("template");
    reply.innerHTML = said.html;
    for (const slot of reply.content.querySelectorAll("[data-slot]")) {
      const name = slot.dataset.slot, here = place(name);
      if (!here) continue;
      if (shown.get(name) !== slot.innerHTML) {
        const lost = here.contains(held) && `[value="${held.value}"], [href="${held.getAttribute("href")}"]`;
        shown.set(name, slot.innerHTML);
        here.replaceChildren(...slot.childNodes);
        if (lost) (here.querySelector(lost) || document.getElementById(name) || form).focus();
      }
      mark(name, typed.get(name) || "");
    }
    place("top").parentElement.hidden = false;
    const why = form.querySelector("[data-reason]");
    why.hidden = !said.reason;
    form.elements.override.disabled = !said.reason;
    say("[data-said]", said.said);
    // Notes above must not push away the line that somebody is writing.
    if (inside && held.isConnected) window.scrollBy(0, held.getBoundingClientRect().top - before);
  }

  // Asking ------------------------------------------------------------------------------------------------------

  function typed() {
    const data = new URLSearchParams(new FormData(form));
    for (const name of ["seen", "block", "into", "override"]) data.delete(name);
    return data;
  }

  function say(where, words) {
    const voice = document.querySelector(where); // said once: the same words again are no news
    if (voice.textContent !== words) voice.textContent = words;
  }

  async function read() {
    const data = typed(), number = asked + 1;
    if (ended || data.toString() === last) return;
    asked = number;
    last = data.toString();
    if (running) running.abort();
    running = new AbortController();
    try {
      const reply = await fetch(form.dataset.read, {
        method: "POST", body: data, redirect: "manual", signal: running.signal,
        headers: { Accept: "application/json" } });
      if (!(reply.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("no answer");
      const said = await reply.json();
      if (number < drawn) return; // a newer reply is on the page
      drawn = number;
      ended = reply.status === 404 || reply.status === 409;
      say("p[data-unread]", reply.ok ? "" : said.words);
      if (reply.ok) put(said, data);
    } catch (fault) {
      if (fault.name === "AbortError" || number < asked) return;
      last = ""; // the next pause tries again; nothing is repeated by itself
      say("p[data-unread]", form.dataset.unread);
    }
  }

  const soon = () => { clearTimeout(waiting); waiting = setTimeout(read, PAUSE); };

  // What is missing, as a place to fill in, at the cursor -----------------------------------------------------

  function insert(area, words) {
    const fresh = !area.dataset.entered, text = area.value;
    const at = fresh ? text.length : area.selectionEnd;
    const rest = text.slice(at), lines = area.nodeName === "TEXTAREA";
    const whole = at === text.length || rest.startsWith("\n"); // at the end of a line: a line of its own
    const gap = lines && whole ? "\n" : " ";
    const added = (at && !/\s$/.test(text.slice(0, at)) ? gap : "") + words + (rest && !/^\s/.test(rest) ? " " : "");
    area.focus();
    area.setSelectionRange(at, at);
    // This way the browser can undo it; the other way is for those that do not know it.
    if (!document.execCommand("insertText", false, added)) {
      area.setRangeText(added, at, at, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const blank = area.value.indexOf("[[", at);
    if (blank >= 0) area.setSelectionRange(blank, area.value.indexOf("]]", blank) + 2);
  }

  function start() {
    for (const area of form.querySelectorAll("textarea")) if (place(area.name)) lay(area);
    for (const here of document.querySelectorAll("[data-slot]")) {
      shown.set(here.dataset.slot, here.innerHTML);
      mark(here.dataset.slot, boxes.has(here.dataset.slot) ? boxes.get(here.dataset.slot).area.value : "");
    }
    last = typed().toString();
    const changed = (box) => { box.marks = moved(box.marks, box.was, box.area.value); draw(box); };
    form.addEventListener("input", (event) => {
      if (boxes.has(event.target.name)) changed(boxes.get(event.target.name));
      soon();
    });
    window.addEventListener("pageshow", () => { boxes.forEach(changed); soon(); }); // what the browser put back
    form.addEventListener("change", soon);
    form.addEventListener("focusin", (event) => { event.target.dataset.entered = "1"; });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]"), words = event.target.closest("[href^='#note-words-']");
      if (button) {
        event.preventDefault();
        insert(form.elements[button.dataset.into], button.dataset.insert);
      } else if (words) {
        const box = boxes.get(words.closest("[data-slot]").dataset.slot);
        const found = box && box.marks.find((mark) => mark.numbers.split(",").includes(words.textContent));
        if (!found) return;
        event.preventDefault();
        box.area.focus();
        box.area.setSelectionRange(found.start, found.end);
      }
    });
  }

  if (form) start();
}
