// j and k walk the hidden places of a draft; Space ticks and Enter sends, as they always do.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !["j", "k"].includes(event.key)) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([data-mark])")) return;
  const marks = [...document.querySelectorAll("[data-mark]")];
  if (!marks.length) return;
  const here = marks.indexOf(document.activeElement);
  const next = event.key === "j" ? here + 1 : Math.max(here, 1) - 1;
  const mark = marks[Math.min(next, marks.length - 1)];
  mark.focus();
  mark.scrollIntoView({ block: "nearest" });
  event.preventDefault();
});
