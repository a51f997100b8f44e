// Makes a page that already reads well a little handier: copy, print, terms that count down.
"use strict";

const started = performance.now();
const serverNow = Date.parse(document.querySelector('meta[name="now"]').content);
const now = () => serverNow + performance.now() - started; // the server's clock, not the reader's

// Scripts speak Chinese; on a page in another language english.js was loaded before and has other words for it.
const translated = globalThis.TRANSLATIONS ?? {};
const filled = (pattern, values) => pattern.replace(/%s/g, () => values.shift());

function gettext(text, ...values) {
  return filled(translated[text] ?? text, values);
}

/** A text with a number in it, in the form that the number takes. */
function counted(text, number) {
  const [one, many] = translated[text] ?? [text, text];
  return filled(number === 1 ? one : many, [number]);
}

function remaining(ms) {
  const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days) return counted("%s 天", days) + (hours % 24 ? ` ${counted("%s 小时", hours % 24)}` : "");
  if (hours) return counted("%s 小时", hours) + (minutes % 60 ? ` ${counted("%s 分钟", minutes % 60)}` : "");
  return minutes ? counted("%s 分钟", minutes) : gettext("不到 1 分钟");
}

function countDown() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const rest = Date.parse(element.dataset.until) - now();
    const words = rest > 0 ? gettext("还剩 %s", remaining(rest)) : gettext("已截止");
    if (element.textContent !== words) element.textContent = words;
  }
}

async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = gettext("已复制");
  } catch {
    button.textContent = gettext("请手动复制");
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy], [data-copy-address], [data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if ("print" in button.dataset) window.print();
    else copy(button, button.dataset.copy ?? location.href.split("#")[0]);
  });
}
addEventListener("beforeprint", () => { // paper has nothing to open
  for (const details of document.querySelectorAll("details")) details.open = true;
});
countDown();
setInterval(countDown, 20000);
