// On the list: a choice takes effect at once on a wide screen, and new notices announce themselves.
"use strict";

const form = document.querySelector(".filters");
const wide = matchMedia("(min-width: 900px)");

function submitWithoutEmptyFields() {
  for (const input of form.elements) if (input.name && !input.value) input.disabled = true;
  form.submit();
}
form.addEventListener("change", (event) => {
  if (wide.matches && event.target.type === "checkbox") submitWithoutEmptyFields();
});
form.addEventListener("submit", (event) => { event.preventDefault(); submitWithoutEmptyFields(); });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#filters") location.hash = "#results";
});

const fresh = document.querySelector("[data-watch]");
async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(fresh.dataset.watch, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const more = (await answer.json()).total - Number(fresh.dataset.known);
    if (more <= 0) return;
    fresh.textContent = counted("%s 条新公告 · 显示", more);
    fresh.hidden = false;
  } catch { /* the next look will tell */ }
}
if (fresh) setInterval(look, 15000);
