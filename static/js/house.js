// Small comforts. Every page works without this file; nothing here is ever the only way.
"use strict";

// A double click sends once. The first submission wins; going back to the page opens the form again.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once") || event.defaultPrevented) return;
  if (sent.has(form)) { event.preventDefault(); return; }
  sent.add(form);
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) {
    sent.delete(form);
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
});

// Paper: a button that only works with a script is only shown with one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The error summary is where reading should begin.
const first = document.querySelector("[data-focus]");
if (first) first.focus();

// How many characters are left, told politely and only near the end.
for (const area of document.querySelectorAll("[data-limit]")) {
  const words = document.getElementById(area.id + "-count");
  const limit = Number(area.dataset.limit);
  if (!words) continue;
  const say = () => {
    const left = limit - area.value.length;
    words.textContent = (left < 0 ? words.dataset.over : words.dataset.left).replace("{n}", String(Math.abs(left)));
    words.dataset.state = left < 0 ? "over" : "left";
    words.setAttribute("aria-live", left < limit / 10 ? "polite" : "off");
  };
  area.addEventListener("input", say);
  if (area.value) say();
}

// Numbered points: add and remove without a round trip. Names stay <list>-<index>, as the server expects them.
for (const box of document.querySelectorAll("[data-points]")) {
  const list = box.querySelector("ol");
  const add = box.querySelector("[data-add]");
  const most = Number(box.dataset.points);
  const renumber = () => {
    const points = [...list.querySelectorAll("[data-point]")];
    points.forEach((point, index) => {
      const area = point.querySelector("textarea");
      const label = point.querySelector("label");
      const remove = point.querySelector("[data-remove]");
      area.name = area.id = box.id + "-" + index;
      label.htmlFor = area.id;
      label.textContent = label.dataset.label.replace("{n}", String(index + 1));
      remove.value = String(index);
      remove.setAttribute("aria-label", remove.dataset.label.replace("{n}", String(index + 1)));
    });
    add.hidden = points.length >= most;
  };
  box.addEventListener("click", (event) => {
    const points = list.querySelectorAll("[data-point]");
    const remove = event.target.closest("[data-remove]");
    if (remove && points.length > 1) {
      event.preventDefault();
      const point = remove.closest("[data-point]");
      const beside = point.nextElementSibling || point.previousElementSibling;
      point.remove();
      renumber();
      beside.querySelector("textarea").focus();
    }
    if (event.target.closest("[data-add]") && points.length && points.length < most) {
      event.preventDefault();
      const point = points[points.length - 1].cloneNode(true);
      const area = point.querySelector("textarea");
      area.value = "";
      area.removeAttribute("aria-invalid");
      area.removeAttribute("aria-describedby");
      point.querySelectorAll(".field__error").forEach((error) => error.remove());
      list.append(point);
      renumber();
      area.focus();
    }
  });
}
