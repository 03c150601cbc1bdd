// Sends proofs without leaving the sheet: by the button, by dropping a file, by pasting a picture.
// Photos are made smaller before they go out; everything else goes as it is.

import { say, type Saved } from "./autosave";

const LONGEST_SIDE_PIXELS = 1600;
const QUALITY = 0.8;

/** A photo no larger than needed to read it; any other file unchanged. */
async function shrink(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !("createImageBitmap" in window)) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = LONGEST_SIDE_PIXELS / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!small || small.size >= file.size) return file;
    return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

export function startUploads(sheet: HTMLElement, apply: (row: HTMLElement, saved: Saved) => void): void {
  function send(box: HTMLElement, file: File): void {
    const row = box.closest<HTMLElement>(".row");
    const form = document.getElementById(box.dataset.form ?? "") as HTMLFormElement | null;
    if (!row || !form) return;
    const line = document.createElement("p");
    line.className = "small";
    line.textContent = `${sheet.dataset.textUploading ?? ""} ${file.name}`;
    const progress = document.createElement("progress");
    progress.max = 100;
    progress.setAttribute("aria-label", file.name);
    line.append(" ", progress);
    box.querySelector("[role=alert]")?.remove();
    box.append(line);
    void shrink(file).then((ready) => {
      const body = new FormData();
      for (const name of ["criterion", "pointer", "effective_on"]) {
        const field = form.elements.namedItem(name);
        body.append(name, field instanceof HTMLInputElement ? field.value : "");
      }
      body.append("file", ready, ready.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress.value = (event.loaded / event.total) * 100;
      });
      request.addEventListener("loadend", () => {
        line.remove();
        if (request.status >= 200 && request.status < 300) {
          apply(row, JSON.parse(request.responseText) as Saved);
          form.reset();
          say(ready.name);
        } else {
          fail(box, request.responseText);
        }
      });
      request.send(body);
    });
  }

  function fail(box: HTMLElement, reply: string): void {
    let words = sheet.dataset.textUploadFailed ?? "";
    try {
      words = (JSON.parse(reply) as { message?: string }).message ?? words;
    } catch {
      // No answer, or one from something between us and the server: the general sentence stands.
    }
    const error = document.createElement("p");
    error.className = "error";
    error.setAttribute("role", "alert");
    error.textContent = words;
    box.append(error);
  }

  const boxAt = (target: EventTarget | null): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>("[data-upload]") : null;

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const box = document.querySelector<HTMLElement>(`[data-form="${CSS.escape(form.id)}"]`);
    const submitter = (event as SubmitEvent).submitter;
    if (event.defaultPrevented || !box || submitter?.hasAttribute("formaction")) return;
    const file = box.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
    if (!file) return;
    event.preventDefault();
    send(box, file);
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    sheet.addEventListener(kind, (event) => {
      const box = boxAt(event.target);
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("over", kind === "dragover");
      if (kind === "drop") for (const file of (event as DragEvent).dataTransfer?.files ?? []) send(box, file);
    });
  }

  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    const row = document.activeElement?.closest(".row");
    const box = row?.querySelector<HTMLElement>("[data-upload]");
    if (!files?.length || !box) return;
    event.preventDefault();
    for (const file of files) send(box, file);
  });
}
