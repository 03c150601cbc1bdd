// Sends proofs without leaving the sheet: by the button, by dropping a file, by pasting a picture.
// Photos are made smaller before they go out; everything else goes as it is. A file goes in pieces, so that a lost
// connection or a closed page costs one piece: the same file, picked again, goes on where it stood.

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
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return new File([small], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

/** What of tus-js-client is used here. */
interface TusUpload {
  url: string | null;
  start(): void;
  abort(terminate?: boolean): Promise<void>;
  findPreviousUploads(): Promise<{ creationTime: string }[]>;
  resumeFromPreviousUpload(previous: { creationTime: string }): void;
}
interface TusError extends Error {
  originalResponse?: { getStatus(): number; getBody(): string } | null;
}
interface Tus {
  Upload: new (file: File, options: Record<string, unknown>) => TusUpload;
}
declare global {
  interface Window {
    tus?: Tus;
  }
}

const PIECE_BYTES = 512 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10000];
/** Where the network does not say that it is back. */
const WAIT_MS = 15000;

let fetched: Promise<Tus | undefined> | undefined;

/** The library, fetched when the first file is picked; none where it cannot be. */
function tus(address: string | undefined): Promise<Tus | undefined> {
  fetched ??= new Promise((done) => {
    if (!address) return done(undefined);
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => done(window.tus));
    script.addEventListener("error", () => {
      fetched = undefined;
      done(undefined);
    });
    document.head.append(script);
  });
  return fetched;
}

/** SHA-256 as hex digits; none where the page was not fetched safely. */
async function sha256(file: File): Promise<string> {
  if (!("crypto" in window) || !crypto.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A line that says how far one file came. */
class Line {
  private readonly place = document.createElement("p");
  private readonly words = document.createElement("span");
  private readonly progress = document.createElement("progress");

  constructor(
    box: HTMLElement,
    private readonly sending: string,
    private readonly name: string,
  ) {
    this.place.className = "small sending";
    this.progress.max = 100;
    this.progress.setAttribute("aria-label", name);
    this.place.append(this.words, " ", this.progress);
    box.append(this.place);
    this.say(sending);
  }

  private say(words: string): void {
    this.words.textContent = `${words} ${this.name}`;
  }

  at(sent: number, total: number): void {
    const percent = Math.floor((sent / total) * 100);
    this.progress.value = percent;
    this.say(`${this.sending} ${percent} %`);
  }

  waits(words: string): void {
    this.words.textContent = `${this.name}: ${words}`;
  }

  offerToCancel(words: string, cancel: () => void): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button slim quiet";
    button.textContent = words;
    const name = document.createElement("span");
    name.className = "only-read";
    name.textContent = ` ${this.name}`;
    button.append(name);
    button.addEventListener("click", cancel);
    this.place.append(" ", button);
  }

  remove(): void {
    this.place.remove();
  }
}

export function startUploads(sheet: HTMLElement, apply: (row: HTMLElement, saved: Saved) => void): void {
  function send(box: HTMLElement, file: File): void {
    const row = box.closest<HTMLElement>(".row");
    const form = document.getElementById(box.dataset.form ?? "") as HTMLFormElement | null;
    if (!row || !form) return;
    const fields: Record<string, string> = {};
    for (const name of ["criterion", "pointer", "effective_on"]) {
      const field = form.elements.namedItem(name);
      fields[name] = field instanceof HTMLInputElement ? field.value : "";
    }
    box.querySelector("[role=alert]")?.remove();
    const line = new Line(box, sheet.dataset.textUploading ?? "", file.name);
    const done = (saved: Saved): void => {
      line.remove();
      apply(row, saved);
      form.reset();
      say(file.name);
    };
    const failed = (reply: string): void => {
      line.remove();
      fail(box, reply);
    };
    const go = async (): Promise<void> => {
      const ready = await shrink(file);
      const library = await tus(sheet.dataset.tus);
      if (library) await sendInPieces(library, ready, fields, line, done, failed);
      else sendAtOnce(ready, fields, form.action, line, done, failed);
    };
    // A file that can no longer be read, for one.
    go().catch(() => failed(""));
  }

  async function sendInPieces(
    library: Tus,
    file: File,
    fields: Record<string, string>,
    line: Line,
    done: (saved: Saved) => void,
    failed: (reply: string) => void,
  ): Promise<void> {
    const dossier = sheet.dataset.dossier ?? "";
    // An upload that goes on is the same file for the same row with the same things said about it.
    const mark = ["dienhinh:upload", dossier, ...Object.values(fields), file.name, file.size, file.lastModified].join(":");
    const upload = new library.Upload(file, {
      endpoint: "/evidence/uploads",
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      headers: { Accept: "application/json" },
      metadata: { ...fields, dossier, filename: file.name, sha256: await sha256(file) },
      fingerprint: () => Promise.resolve(mark),
      onProgress: (sent: number, total: number) => line.at(sent, total),
      onSuccess: () => void attached(upload, done, failed),
      onError: (error: TusError) => {
        if (error.originalResponse?.getStatus()) return failed(error.originalResponse.getBody());
        line.waits(sheet.dataset.textUploadWaiting ?? "");
        whenOnline(() => {
          if (!isCancelled) upload.start();
        });
      },
    });
    let isCancelled = false;
    line.offerToCancel(sheet.dataset.textUploadCancel ?? "", () => {
      isCancelled = true;
      line.remove();
      void upload.abort(true).catch(() => undefined);
    });
    const [previous] = await upload.findPreviousUploads();
    if (previous) upload.resumeFromPreviousUpload(previous);
    upload.start();
  }

  /** The server has everything: what the row looks like now. */
  async function attached(upload: TusUpload, done: (saved: Saved) => void, failed: (reply: string) => void): Promise<void> {
    try {
      const reply = await fetch(upload.url ?? "", { headers: { Accept: "application/json" } });
      if (!reply.ok) return failed(await reply.text());
      done((await reply.json()) as Saved);
    } catch {
      whenOnline(() => void attached(upload, done, failed));
    }
  }

  function whenOnline(again: () => void): void {
    const timer = window.setTimeout(go, WAIT_MS);
    addEventListener("online", go);
    function go(): void {
      clearTimeout(timer);
      removeEventListener("online", go);
      again();
    }
  }

  /** As the form does; where the library could not be fetched. */
  function sendAtOnce(
    file: File,
    fields: Record<string, string>,
    action: string,
    line: Line,
    done: (saved: Saved) => void,
    failed: (reply: string) => void,
  ): void {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.at(event.loaded, event.total);
    });
    request.addEventListener("loadend", () => {
      const arrived = request.status >= 200 && request.status < 300;
      if (arrived) done(JSON.parse(request.responseText) as Saved);
      else failed(request.responseText);
    });
    request.send(body);
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
