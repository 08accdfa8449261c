// Adding files from the list of documents: by button or by dropping them, each with its progress
// and its report. Without script the form sends all files at once.
"use strict";

{
  const form = document.querySelector(".upload");
  const input = form.querySelector("input[type=file]");
  const overwrite = form.querySelector("[name=overwrite]");
  const list = form.querySelector(".progress");
  const words = JSON.parse(form.dataset.words);
  form.querySelector(".drop").hidden = false;

  // Send one file; XMLHttpRequest tells the progress, which fetch does not. The reply is the page
  // of the change, in the reader's language.
  const send = (file, replace, onprogress) => new Promise((resolve) => {
    const body = new FormData();
    body.append("file", file);
    body.append("overwrite", String(replace));
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.responseType = "document";
    request.upload.addEventListener("progress", ({ loaded, total }) => onprogress(loaded / total));
    request.addEventListener("loadend", () => resolve(request));
    request.send(body);
  });

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const load = (address) => fetch(address, { headers: { Accept: "text/html" } })
    .then((reply) => reply.text())
    .then((text) => new DOMParser().parseFromString(text, "text/html"), () => null);
  const stateOf = (page) => page?.querySelector("[data-state]")?.dataset.state;
  const text = (element) => element?.textContent.trim() ?? words.unreachable;
  const facts = (page) => [...page.querySelectorAll(".documents .facts span")].map(text).join(" · ");

  const add = async (file) => {
    const line = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", words.progress.replace("{name}", file.name));
    const state = document.createElement("span");
    line.append(name, " ", bar, state);
    list.append(line);
    const say = (said) => (state.textContent = said);
    say(words.sending);
    const sent = (replace) => send(file, replace, (part) => {
      bar.value = part;
      if (part === 1) { bar.removeAttribute("value"); say(words.indexing); }
    });
    let reply = await sent(overwrite.checked);
    const replaces = reply.status !== 409 || overwrite.checked || confirm(words.replace.replace("{name}", file.name));
    if (reply.status === 409 && !overwrite.checked && replaces) reply = await sent(true);
    let page = reply.response;
    while (stateOf(page) === "running") {
      await pause(1000);
      page = (await load(page.querySelector("[data-state]").dataset.address)) ?? page;
    }
    bar.remove();
    const now = stateOf(page);
    if (now === "live") say(facts(page));
    else if (!replaces) say(words.refused);
    else say(`${now ? words.failed : words.refused}: ${text(page?.querySelector("main .lead")).replace(`${file.name}: `, "")}`);
    return now === "live";
  };

  let busy = Promise.resolve();
  const addAll = (chosen) => {
    const files = [...chosen];  // the browser empties the list with the field
    busy = busy.then(async () => {
      const done = await Promise.all(files.map(add));
      if (!done.includes(true)) return;
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = words.again;
      const line = document.createElement("li");
      line.append(link);
      list.append(line);
    });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    addAll(input.files);
    input.value = "";
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.toggle("over", type === "dragover");
      if (type === "drop") addAll(event.dataTransfer.files);
    });
  }
}
