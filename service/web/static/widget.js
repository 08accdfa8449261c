// A chat on any page: <script src="https://host/widget.js" data-key="KEY"></script>
// It shows the content of documents as text, never as markup.
"use strict";

(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  const host = new URL(".", script.src);
  const key = script.dataset.key;
  const PASSAGES = 5;
  const SECONDS = 30;
  // The service puts the reader's language here, with its words by the English ones.
  const LANGUAGE = { code: "en", direction: "ltr", words: {} };

  const say = (phrase, values = {}) =>
    (LANGUAGE.words[phrase] ?? phrase).replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  const STYLE = `
    :host {
      all: initial; color-scheme: light dark;
      --paper: #fcfcfa; --raised: #fff; --ink: #1b1c1e; --quiet: #5b5e65; --rule: #e3e1db; --edge: #85878c;
      --accent: #ffd84d; --on-accent: #1b1c1e; --mark: #ffe691; --shadow: 0 8px 40px rgb(0 0 0 / .25);
    }
    @media (prefers-color-scheme: dark) {
      :host { --paper: #151618; --raised: #1d1f22; --ink: #ebe9e4; --quiet: #a6a8ae; --rule: #33353a; --edge: #7d8087; --accent: #f4c93a; --mark: #644e08; }
    }
    @media print { :host { display: none; } }
    *, *::before, *::after { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .bubble, .panel { position: fixed; z-index: 2147483000; inset-block-end: 1.25rem; inset-inline-end: 1.25rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); }
    .bubble { width: 3.5rem; height: 3.5rem; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-size: 24px; font-weight: 700; box-shadow: var(--shadow); cursor: pointer; }
    .panel { display: flex; flex-direction: column; width: 24rem; height: min(38rem, 100vh - 2.5rem); background: var(--paper); border: 1px solid var(--edge); border-radius: .75rem; box-shadow: var(--shadow); overflow: hidden; overflow-wrap: anywhere; }
    .head { display: flex; align-items: center; justify-content: space-between; padding-block: .5rem; padding-inline: 1rem .5rem; border-bottom: 1px solid var(--rule); }
    h2 { margin: 0; font-size: 1rem; }
    .head button { width: 2.5rem; height: 2.5rem; font-size: 1.5rem; line-height: 1; color: inherit; background: none; border: 0; cursor: pointer; }
    .log { flex: 1; overflow-y: auto; padding: 1rem; }
    .log p { margin: 0 0 .75rem; }
    .asked { width: fit-content; max-width: 85%; margin-inline-start: auto !important; padding: .5rem .875rem; background: var(--raised); border: 1px solid var(--rule); border-radius: 1rem; border-end-end-radius: .25rem; }
    .answer { padding-inline-start: .875rem; border-inline-start: 3px solid var(--accent); }
    .answer strong { font-weight: inherit; background: var(--mark); border-radius: .15em; }
    .relation { font-weight: 600; }
    .quiet { color: var(--quiet); font-size: .875rem; }
    .reply { margin-bottom: 1.5rem; }
    .number { padding: .1em .45em; border-radius: .3em; background: var(--accent); color: var(--on-accent); font-size: .8125rem; font-weight: 650; text-decoration: none; }
    ol { list-style: none; margin: 0; padding: 0; font-size: .875rem; }
    li { border-top: 1px solid var(--rule); }
    summary { padding-block: .5rem; cursor: pointer; }
    li p { white-space: pre-wrap; }
    a { color: inherit; }
    form { display: flex; gap: .5rem; padding: .75rem; border-top: 1px solid var(--rule); }
    input, form button { min-height: 2.75rem; font: inherit; border-radius: .5rem; border: 1px solid var(--edge); }
    input { flex: 1; min-width: 0; padding-inline: .75rem; color: inherit; background: var(--raised); }
    form button { padding-inline: 1rem; font-weight: 600; color: var(--paper); background: var(--ink); cursor: pointer; }
    :focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
    .bubble:focus-visible { outline-color: var(--on-accent); outline-offset: -6px; }
    .waiting { animation: blink 1.2s infinite; }
    @keyframes blink { 50% { opacity: .4; } }
    @media (prefers-reduced-motion: reduce) { .waiting { animation: none; } }
    @media (max-width: 30rem) { .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
  `;

  // An element; its content is elements or texts.
  const make = (tag, attributes = {}, ...content) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...content);
    return element;
  };

  // The address of a source. A widget key does not permit reading documents, so with a key it is
  // the web address of the document, if it has one. The chat shows the passage itself.
  const address = ({ document_id, start, end, url }) => {
    if (key) return /^https?:\/\//i.test(url ?? "") ? url : null;
    const page = new URL(`documents/${encodeURIComponent(document_id)}`, host);
    page.search = new URLSearchParams({ start, end });
    page.hash = "passage";
    return page.href;
  };

  const outward = (source, attributes, ...content) => {
    const href = address(source);
    return href && make("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, ...content);
  };

  const place = ({ page, lines: [first, last] }) =>
    page ? say("page %(number)s", { number: page })
      : first === last ? say("line %(number)s", { number: first })
      : say("lines %(first)s–%(last)s", { first, last });

  const cited = ({ rank, text, source }) => make("li", {}, make("details", {},
    make("summary", {}, `[${rank}] `, make("span", { dir: "auto" }, source.title), `, ${place(source)}`),
    make("p", { dir: "auto" }, text),
    make("p", { class: "quiet", dir: "auto" }, source.citation),
    ...[outward(source, {}, say("Open the source"))].filter(Boolean),
  ));

  // The answering sentence, with the words that answer marked; offsets count characters.
  const quoted = ({ text, span }) => {
    if (!span) return [text];
    const characters = [...text];
    const part = (from, to) => characters.slice(from, to).join("");
    return [part(0, span.start), make("strong", {}, part(span.start, span.end)), part(span.end)];
  };

  // The number of a passage, which opens its source.
  const number = ({ citation }, passages) => {
    const { source } = passages[citation - 1];
    const label = { class: "number", "aria-label": say("Source %(number)s: %(title)s", { number: citation, title: source.title }) };
    return outward(source, label, `[${citation}]`) ?? make("span", { class: "number" }, `[${citation}]`);
  };

  // An answering sentence with its words that answer, and `further` sources that say the same.
  const said = (evidence, further, passages) => {
    const marks = [evidence, ...further].flatMap((one) => [" ", number(one, passages)]);
    const day = evidence.date ? [make("span", { class: "quiet" }, ` ${evidence.date}`)] : [];
    return make("p", { class: "answer", dir: "auto" }, ...quoted(evidence), ...marks, ...day);
  };

  const CERTAINTIES = {
    "very likely": [say("very likely"), say("the documents almost certainly answer this question")],
    likely: [say("likely"), say("the documents probably answer this question")],
    uncertain: [say("uncertain"), say("the documents speak of this but may not say it")],
    unlikely: [say("unlikely"), say("the documents probably do not answer this question")],
  };
  const RELATIONS = { differ: say("The sources differ."), changed: say("This changed over time; the newest comes first.") };

  // The confidence as a word with its meaning; the number opens on demand.
  const confident = ({ certainty, confidence }) => {
    if (!certainty) return [];
    const [word, meaning] = CERTAINTIES[certainty];
    const percent = new Intl.NumberFormat(LANGUAGE.code, { style: "percent" });
    const bounded = confidence > 0.99 ? `> ${percent.format(0.99)}` : confidence < 0.01 ? `< ${percent.format(0.01)}` : percent.format(confidence);
    const number = `${say("The calibrated probability that the documents hold an answer")}: ${bounded}`;
    const said = `${word[0].toLocaleUpperCase(LANGUAGE.code)}${word.slice(1)}: ${meaning}`;
    return [make("details", { class: "quiet certainty" }, make("summary", {}, said), make("p", {}, number))];
  };

  const shown = (reply) => {
    const { answer, alternatives, agreement, passages } = reply;
    const list = make("ol", {}, ...passages.map(cited));
    if (!answer) {
      const words = say("The nearest passages, which do not answer the question:");
      const nearest = passages.length ? [make("p", { class: "quiet" }, words)] : [];
      return [make("p", {}, say("I found no answer in the documents.")), ...confident(reply), ...nearest, list];
    }
    const relation = RELATIONS[agreement?.kind];
    const same = alternatives.filter((one) => one.agrees).flatMap((one) => one.sources);
    const others = relation ? alternatives.filter((one) => !one.agrees) : [];
    return [
      ...(relation ? [make("p", { class: "relation" }, relation)] : []),
      said(answer, same, passages),
      ...others.map(({ sources: [first, ...more] }) => said(first, more, passages)),
      ...confident(reply),
      list,
    ];
  };

  const refused = async (reply) => {
    const after = Number(reply.headers.get("Retry-After"));
    if (reply.status === 401 || reply.status === 403) return say("This chat may not ask here: its key is unknown, or it belongs to another site.");
    if (reply.status === 429 || reply.status === 503) return say("There are too many questions at the moment. Try again in %(seconds)s s.", { seconds: after || SECONDS });
    const problem = await reply.json().catch(() => ({}));
    return `${say("The question cannot be answered")}: ${problem.detail ?? `the service replied ${reply.status}`}`;
  };

  const ask = async (question) => {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    if (key) headers.Authorization = `Bearer ${key}`;
    try {
      const reply = await fetch(new URL("ask", host), {
        method: "POST", headers, credentials: "omit", signal: AbortSignal.timeout(SECONDS * 1000),
        body: JSON.stringify({ question, top_k: PASSAGES }),
      });
      return reply.ok ? shown(await reply.json()) : [make("p", {}, await refused(reply))];
    } catch {
      return [make("p", {}, say("The service cannot be reached. Try again later."))];
    }
  };

  class PinciteChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.lang = LANGUAGE.code;
      this.dir = LANGUAGE.direction;
      this.bubble = make("button", { class: "bubble", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-label": say("Ask the documents") }, "?");
      this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": say("Questions and answers"), tabindex: "0" },
        make("p", { class: "quiet" }, say("Answers are quoted word for word from documents, with their source.")));
      this.field = make("input", { "aria-label": say("Your question"), maxlength: "2000", required: "", autocomplete: "off" });
      const close = make("button", { type: "button", "aria-label": say("Close") }, "×");
      const form = make("form", {}, this.field, make("button", {}, say("Ask")));
      this.panel = make("div", { class: "panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "title" },
        make("div", { class: "head" }, make("h2", { id: "title" }, say("Ask the documents")), close), this.log, form);
      this.panel.hidden = true;
      root.append(this.bubble, this.panel);
      this.bubble.addEventListener("click", () => this.open());
      close.addEventListener("click", () => this.close());
      form.addEventListener("submit", (event) => { event.preventDefault(); this.ask(); });
      this.panel.addEventListener("keydown", (event) => this.keep(event));
    }

    open() {
      this.panel.hidden = false;
      this.bubble.hidden = true;
      this.bubble.setAttribute("aria-expanded", "true");
      this.field.focus();
    }

    close() {
      this.panel.hidden = true;
      this.bubble.hidden = false;
      this.bubble.setAttribute("aria-expanded", "false");
      this.bubble.focus();
    }

    // Keep the focus in the panel until it is closed.
    keep(event) {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
      if (event.key !== "Tab") return;
      const stops = [...this.panel.querySelectorAll("a, button, input, summary, [tabindex]")].filter((one) => one.checkVisibility());
      const [first, last] = [stops[0], stops.at(-1)];
      const leaving = event.shiftKey ? first : last;
      if (this.shadowRoot.activeElement !== leaving) return;
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }

    async ask() {
      const question = this.field.value.trim();
      if (!question || this.waiting) return;
      this.waiting = make("p", { class: "quiet waiting" }, say("Looking in the documents…"));
      this.field.value = "";
      this.log.append(make("p", { class: "asked", dir: "auto" }, question), this.waiting);
      this.log.scrollTop = this.log.scrollHeight;
      const reply = make("div", { class: "reply" }, ...(await ask(question)));
      this.waiting.replaceWith(reply);
      this.waiting = null;
      this.log.scrollTop = reply.previousElementSibling.offsetTop - this.log.offsetTop;
    }
  }

  if (customElements.get("pincite-chat")) return;
  customElements.define("pincite-chat", PinciteChat);
  const add = () => document.body.append(document.createElement("pincite-chat"));
  document.body ? add() : addEventListener("DOMContentLoaded", add);
})();
