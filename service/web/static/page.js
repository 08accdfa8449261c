// Improvements of the pages by script. Every page works without it.
"use strict";

const words = JSON.parse(document.body.dataset.words);

// Asking: no empty fields in the address, and a message while a slow answer is on its way.
{
  const form = document.querySelector(".field");
  const waiting = form?.querySelector(".waiting");
  const timers = [];

  form?.addEventListener("formdata", ({ formData }) => {
    const given = [...formData].filter(([, value]) => value !== "");
    for (const name of new Set(formData.keys())) formData.delete(name);
    for (const [name, value] of given) formData.append(name, value);
  });

  form?.addEventListener("submit", () => {
    const say = (after, text) => timers.push(setTimeout(() => (waiting.textContent = text), after));
    say(300, words.looking);
    say(6000, words.still);
  });

  // the browser restores a page as the reader left it, with the message
  addEventListener("pageshow", () => {
    timers.splice(0).forEach(clearTimeout);
    if (waiting) waiting.textContent = "";
  });
}

// Copying: the text of an element, or the address of the page.
{
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // browsers offer no clipboard to pages over plain HTTP, except from localhost
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  for (const button of document.querySelectorAll("[data-copy], [data-copy-address]")) {
    const label = button.firstChild;
    const before = label.data;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await copy(source ? source.textContent : location.href);
      label.data = words.copied;
      setTimeout(() => (label.data = before), 2000);
    });
  }
}

// Trying: an example on the page of the interface, answered in place.
{
  const form = document.querySelector(".try");
  const shown = document.querySelector(".reply");
  const show = async (address) => {
    shown.hidden = false;
    shown.textContent = "…";
    const reply = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    const body = reply && JSON.stringify(await reply.json(), null, 2);
    shown.textContent = reply ? `HTTP ${reply.status}\n${body}` : words.unreachable;
    shown.scrollIntoView({ block: "nearest" });
  };

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    show(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
  for (const link of document.querySelectorAll("[data-try]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link.href);
    });
  }
}

// Feedback: sent without leaving the page.
for (const form of document.querySelectorAll(".feedback")) {
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const kept = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } })
      .then((reply) => reply.ok, () => false);
    status.textContent = kept ? words.thanks : words.failed;
    for (const button of form.querySelectorAll("button")) button.hidden = kept;
  });
}

// Keys: / goes to the field, j and k to the next and previous passage; Enter opens the focused link.
{
  const note = document.querySelector(".keys");
  const button = note.querySelector("button");
  const links = [...document.querySelectorAll(".passages h3 a")];
  const stored = "pincite-keys-off";
  let on = true;
  const show = () => {
    button.textContent = on ? words.off : words.on;
  };

  const move = (step) => {
    const other = document.querySelector(`.steps [rel=${step > 0 ? "next" : "prev"}]`);
    if (other) return other.click();
    const here = document.activeElement.closest("article")?.querySelector("h3 a");
    const next = links[links.indexOf(here) + step] ?? (links.includes(here) ? null : links[0]);
    next?.focus();
    next?.closest("li").scrollIntoView({ block: "start" });
  };

  const actions = {
    "/": () => document.getElementById("q")?.select(),
    j: () => move(1),
    k: () => move(-1),
  };

  try { on = localStorage.getItem(stored) === null; } catch { /* without storage the keys are on */ }
  show();
  note.hidden = !document.querySelector("#q, .steps");
  button.addEventListener("click", () => {
    on = !on;
    try { on ? localStorage.removeItem(stored) : localStorage.setItem(stored, ""); } catch { /* as above */ }
    show();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
