// Short cuts. Digits, arrows, Enter and Ctrl only, and no letter without Ctrl: Vietnamese typing
// programs send letters and Backspace themselves, so those are never touched.

/** Chooses the nth radio beside the one that has the focus. */
function choose(radio: HTMLInputElement, place: number): void {
  const all = (radio.form ?? document).querySelectorAll<HTMLInputElement>(
    `input[type=radio][name="${CSS.escape(radio.name)}"]`,
  );
  const wanted = all[place];
  if (!wanted) return;
  wanted.focus();
  wanted.click();
}

/** Goes from a row to the next one without an answer, from the top again after the last one. */
export function nextOpen(here: Element | null): void {
  const rows = [...document.querySelectorAll<HTMLElement>(".row")];
  const after = here ? rows.indexOf(here as HTMLElement) + 1 : 0;
  const next = [...rows.slice(after), ...rows.slice(0, after)].find((row) => row.classList.contains("todo"));
  next?.scrollIntoView({ block: "center" });
  next?.querySelector<HTMLElement>("input:not([type=hidden]), summary")?.focus({ preventScroll: true });
}

/** Enter on an appraised row where nothing is chosen yet agrees with the unit; the form is sent as always. */
function agree(radio: HTMLInputElement): void {
  const form = radio.form;
  if (!form?.matches("[data-keys]") || form.querySelector("input[type=radio]:checked")) return;
  form.querySelector<HTMLInputElement>('input[type=radio][value="agree"]')?.click();
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    const target = event.target;
    if (event.ctrlKey) {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        nextOpen(document.activeElement?.closest(".row") ?? null);
      } else if (event.code === "KeyK") {
        event.preventDefault();
        document.querySelector<HTMLInputElement>("[data-find]")?.focus();
      } else if (event.key === "Enter" && target instanceof HTMLTextAreaElement) {
        target.form?.requestSubmit();
      }
    } else if (target instanceof HTMLInputElement && target.type === "radio") {
      if (event.key === "Enter") {
        // A key that is held down speaks for one row.
        if (event.repeat) event.preventDefault();
        else agree(target);
      } else if (/^[1-4]$/.test(event.key)) {
        event.preventDefault();
        choose(target, Number(event.key) - 1);
      }
    }
  });
}
