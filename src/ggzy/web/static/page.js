// Makes a page that already reads well a little handier: copy, print, terms that count down.
"use strict";

const started = performance.now();
const serverNow = Date.parse(document.querySelector('meta[name="now"]').content);
const now = () => serverNow + performance.now() - started; // the server's clock, not the reader's

function remaining(ms) {
  const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days) return `${days} 天` + (hours % 24 ? ` ${hours % 24} 小时` : "");
  if (hours) return `${hours} 小时` + (minutes % 60 ? ` ${minutes % 60} 分钟` : "");
  return minutes ? `${minutes} 分钟` : "不到 1 分钟";
}

function countDown() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const rest = Date.parse(element.dataset.until) - now();
    const words = rest > 0 ? `还剩 ${remaining(rest)}` : "已截止";
    if (element.textContent !== words) element.textContent = words;
  }
}

async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "已复制";
  } catch {
    button.textContent = "请手动复制";
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
