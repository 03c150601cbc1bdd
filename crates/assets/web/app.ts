// Enhancement only: every essential task works without this file.
import { startAutosave } from "./autosave";
import { nextOpen, startKeys } from "./keys";
import { startUploads } from "./uploads";

document.documentElement.classList.add("js");

/** Unfolds the details around the place an address points at, and takes the reader there. */
function unfoldTarget(): void {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const details = target?.closest("details");
  if (details && !details.open) {
    details.open = true;
    target?.scrollIntoView({ block: "center" });
  }
}

function start(): void {
  const sheet = document.querySelector<HTMLElement>("[data-sheet]");
  if (sheet) {
    const autosave = startAutosave(sheet);
    startUploads(sheet, autosave.apply);
  }
  startKeys();
  unfoldTarget();
  addEventListener("hashchange", unfoldTarget);
  document.querySelector("[data-print]")?.addEventListener("click", () => print());
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  // Part of the page was swapped in: go where it asks, else on to the row after the one that was sent.
  let sent = "";
  document.addEventListener("submit", (event) => {
    sent = (event.target as Element).closest(".row")?.id ?? "";
  });
  document.addEventListener("htmx:after:swap", () => {
    const wanted = document.querySelector<HTMLElement>("[data-keys] [data-focus]");
    if (wanted) wanted.focus();
    else nextOpen(document.getElementById(sent));
  });
}

start();
