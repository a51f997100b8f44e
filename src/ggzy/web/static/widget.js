// <ggzy-list> and <ggzy-count>: public lists and counters of the platform inside any page. Contract: docs/widgets.md.
// All that comes from the platform is set as text; addresses are used only where they lead to the platform itself.
"use strict";

(() => {
  const home = new URL(document.currentScript.src).origin;
  const VERSION = 1;
  const AGAIN = 5 * 60 * 1000;
  const SHADES = { light: ["#1d2129", "#545b67", "#e3e6eb", "#1f5fae"], dark: ["#e7e9ee", "#a9b1bd", "#323842", "#84b5f2"] };
  const LOOK = `
    :host { display: block; min-width: 0; color: var(--ink); line-height: 1.6; }
    a { color: var(--accent); text-decoration: none; overflow-wrap: anywhere; }
    a:hover { text-decoration: underline; }
    a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    ol { list-style: none; margin: 0; padding: 0; }
    li { padding: 8px 0; border-bottom: 1px solid var(--line); }
    p { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 0; color: var(--muted); font-size: 14px; }
    .figure { display: inline-flex; flex-direction: column; }
    .figure b { font-size: 32px; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .figure span { color: var(--muted); font-size: 14px; }`;

  const ALL = { zh: (n) => `全部 ${n} 条`, en: (n) => `All ${n}` };
  const UNTIL = { zh: "截止", en: "Closes" };

  function element(name, text, more = {}) {
    const made = Object.assign(document.createElement(name), more);
    made.textContent = text;
    return made;
  }

  function link(address, text) {
    const to = new URL(address, home);
    if (to.origin !== home) return element("span", text);
    return element("a", text, { href: to.href, target: "_blank", rel: "noopener" });
  }

  class Widget extends HTMLElement {
    static observedAttributes = ["query", "theme", "accent", "lang"];

    connectedCallback() {
      this.again = setInterval(() => { if (!document.hidden) this.load(); }, AGAIN);
      this.load();
    }

    disconnectedCallback() {
      clearInterval(this.again);
    }

    attributeChangedCallback() {
      if (this.isConnected) this.load();
    }

    /** Its own attribute decides, not the page around it: the records are in Chinese whatever that speaks. */
    get language() {
      return this.getAttribute("lang") === "en" ? "en" : "zh";
    }

    async load() {
      const asked = (this.asked = new URL(`/widgets/${this.what}.json`, home));
      asked.search = new URLSearchParams(this.getAttribute("query") ?? "");
      if (this.language === "en") asked.searchParams.set("lang", "en");
      try {
        const answer = await fetch(asked, { credentials: "omit" });
        if (!answer.ok) throw new Error(`${answer.status}`);
        const found = await answer.json();
        if (found.version !== VERSION || asked !== this.asked) return;
        this.show(found);
        this.dispatchEvent(new CustomEvent("ggzy-load", { detail: { total: found.total, problems: found.problems } }));
      } catch (problem) {
        this.dispatchEvent(new CustomEvent("ggzy-error", { detail: { message: `${problem}` } }));
      }
    }

    show(found) {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const look = new CSSStyleSheet();
      look.replaceSync(`${LOOK} :host { ${this.shades()} }`);
      root.adoptedStyleSheets = [look];
      root.replaceChildren(...this.parts(found));
    }

    shades() {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const theme = this.getAttribute("theme") ?? "auto";
      const [ink, muted, line, accent] = SHADES[theme in SHADES ? theme : dark ? "dark" : "light"];
      const own = /^#?([0-9a-f]{6})$/i.exec(this.getAttribute("accent") ?? "");
      return `--ink: ${ink}; --muted: ${muted}; --line: ${line}; --accent: ${own ? `#${own[1]}` : accent}`;
    }
  }

  customElements.define("ggzy-list", class extends Widget {
    what = "list";

    parts(found) {
      const rows = element("ol", "");
      for (const item of found.items) {
        const row = element("li", "");
        const facts = element("p", "");
        const until = item.deadline_at ? `${UNTIL[this.language]} ${item.deadline_at.slice(0, 16).replace("T", " ")}` : "";
        const said = [item.kind_name, item.region_name, item.published_at.slice(0, 10), until];
        facts.append(...said.filter(Boolean).map((text) => element("span", text)));
        const title = link(item.url, item.title);
        title.lang = "zh-Hans";
        row.append(title, facts);
        rows.append(row);
      }
      const more = element("p", "");
      more.append(link(found.more, ALL[this.language](found.total.toLocaleString("en"))));
      return [rows, more];
    }
  });

  customElements.define("ggzy-count", class extends Widget {
    what = "count";

    parts(found) {
      const figure = link(found.more, "");
      figure.className = "figure";
      figure.append(element("b", found.total.toLocaleString("en")), element("span", found.label));
      return [figure];
    }
  });
})();
