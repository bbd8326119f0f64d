// Files: sent as soon as they are chosen, in the page, so that nothing written beside them is lost. Without this file
// the button sends them and the page comes back.
"use strict";

const MOST_BYTES = 10000000;
const say = (form, text) => { form.querySelector("[data-upload-words]").textContent = text; };

const send = async (form) => {
  const box = form.closest("[data-files]");
  const button = form.querySelector("button");
  say(form, form.dataset.upload);
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-files]");
    if (!fresh) throw new Error("another page");
    box.replaceWith(fresh);
    const told = page.querySelector(".messages .notice__title");
    const words = fresh.querySelector("[data-upload-words]");
    if (told && words) words.textContent = told.textContent;
    (fresh.querySelector("#file-refused") || fresh.querySelector("input[type=file]") || fresh).focus();
  } catch {
    say(form, form.dataset.failed);
    button.removeAttribute("aria-disabled");
  }
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || !event.target.files || !event.target.files.length) return;
  if (event.target.files[0].size > MOST_BYTES) { // said before ten megabytes went over a slow line for nothing
    say(form, form.dataset.tooLarge);
    event.target.value = "";
  } else {
    send(form);
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  const chooser = form.querySelector("input[type=file]");
  if (!chooser.files.length) chooser.click(); // what was chosen is here already: who presses again wants another one
  else if (!form.querySelector("[aria-disabled]")) send(form);
});
