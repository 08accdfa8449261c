// Adding files from the list of documents: by button or by dropping them, each with its progress
// and its report. Without script the form sends all files at once.
"use strict";

{
  const form = document.querySelector(".upload");
  const input = form.querySelector("input[type=file]");
  const overwrite = form.querySelector("[name=overwrite]");
  const list = form.querySelector(".progress");
  form.querySelector(".drop").hidden = false;

  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

  // The report of a file in a few words.
  const report = ({ change, file }) => {
    if (!file) return change;
    const words = [file.status === "failed" || file.status === "skipped" ? file.status : change];
    if (file.pages) words.push(count(file.pages, "page") + (file.pages_without_text ? `, ${file.pages_without_text} without text` : ""));
    if (file.passages) words.push(count(file.passages, "passage"));
    if (file.reason) words.push(file.reason);
    return words.join(" · ");
  };

  // Send one file; XMLHttpRequest tells the progress, which fetch does not.
  const send = (file, replace, onprogress) => new Promise((resolve) => {
    const body = new FormData();
    body.append("file", file);
    body.append("overwrite", String(replace));
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onprogress(loaded / total));
    request.addEventListener("loadend", () => resolve(request));
    request.send(body);
  });

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  const add = async (file) => {
    const line = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `Progress of ${file.name}`);
    const state = document.createElement("span");
    line.append(name, " ", bar, state);
    list.append(line);
    const say = (text) => (state.textContent = text);
    say("sending");
    const sent = (replace) => send(file, replace, (part) => {
      bar.value = part;
      if (part === 1) { bar.removeAttribute("value"); say("indexing"); }
    });
    let reply = await sent(overwrite.checked);
    if (reply.status === 409 && !overwrite.checked && confirm(`${file.name} exists already. Replace it?`)) reply = await sent(true);
    const accepted = reply.status >= 200 && reply.status < 300;
    let change = reply.response;
    while (accepted && change?.state === "running") {
      await pause(1000);
      const found = await fetch(change.status_url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (found?.ok) change = await found.json();
    }
    bar.remove();
    if (!accepted || !change) say(`not added: ${change?.detail ?? "the service cannot be reached"}`);
    else if (change.state === "failed") say(`stored, but not indexed: ${change.problem}`);
    else say(change.changes.map(report).join(", "));
    return accepted && change?.state === "live";
  };

  let busy = Promise.resolve();
  const addAll = (chosen) => {
    const files = [...chosen];  // the browser empties the list with the field
    busy = busy.then(async () => {
      const done = await Promise.all(files.map(add));
      if (!done.includes(true)) return;
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = "Show the new list";
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
