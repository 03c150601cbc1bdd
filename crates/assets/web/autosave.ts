// Saves the sheet field by field. What is typed goes into localStorage first, so that it survives a
// lost network and a reload, and leaves it only when the server has acknowledged it.

/** A request as it went out. Until an answer comes, it goes out again as it was, with the same key: whether the
 * first one arrived is not known, and the server answers the second without doing it again. */
interface Sent {
  body: string;
  key: string;
  edit: number;
}

interface Entry {
  url: string;
  fields: Record<string, string>;
  /** Counts edits, so that an answer to an older one does not remove a newer one. */
  edit: number;
  /** The server refused it as it stands; it is kept but not sent again until it changes. */
  wrong?: boolean;
  sent?: Sent;
}

export interface Saved {
  saved_at: string;
  revision: number;
  points: string | null;
  computed: string;
  explanation: string;
  todo: boolean;
  plan_needed: boolean;
  html: {
    chips: string;
    progress: string;
    side: string;
    submit: string;
    outcome: string;
    files: string;
    proofs: number;
    group_id: string;
    group_facts: string;
  };
}

interface Conflict {
  message: string;
  revision: number;
  theirs: Record<string, string>;
}

interface Refused {
  message: string;
  errors: Record<string, string>;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const RETRY_SECONDS = [2, 5, 15, 30];
const TYPING_PAUSE_MS = 600;

/** A key that no other request has. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Says something to screen readers. */
export function say(text: string): void {
  const region = document.getElementById("said");
  if (region) region.textContent = text;
}

/** Nobody is signed in any more. */
class SignedOut extends Error {}

export function startAutosave(sheet: HTMLElement): { apply: (row: HTMLElement, saved: Saved) => void } {
  // What somebody typed and could not send waits for themselves, not for whoever signs in next.
  const key = `dienhinh:queue:${sheet.dataset.owner ? `${sheet.dataset.owner}:` : ""}${sheet.dataset.dossier}`;
  const text = (name: string): string => sheet.dataset[`text${name}`] ?? "";
  let stored = true;
  let queue = read();
  let edits = 0;
  let failures = 0;
  let retry = 0;
  let sending = false;
  const pauses = new Map<string, number>();

  function read(): Record<string, Entry> {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, Entry>;
    } catch {
      return {};
    }
  }

  function write(): void {
    try {
      if (Object.keys(queue).length) localStorage.setItem(key, JSON.stringify(queue));
      else localStorage.removeItem(key);
      stored = true;
    } catch {
      stored = false;
    }
    showPending();
  }

  const waiting = (): [string, Entry][] => Object.entries(queue).filter(([, entry]) => !entry.wrong);
  const rowOf = (id: string): HTMLElement | null => document.getElementById(id);

  /** The fields of a row that are sent: radios that are chosen, everything else as it stands. */
  function fieldsOf(row: HTMLElement): Field[] {
    const id = row.dataset.criterion ?? "";
    return [...row.querySelectorAll<Field>("input[name], textarea[name]")].filter(
      (field) =>
        (field.name === id || field.name.startsWith(`${id}.`)) &&
        field.name !== `${id}.revision` &&
        !field.hasAttribute("form"),
    );
  }

  function valuesOf(row: HTMLElement): Record<string, string> {
    const values: Record<string, string> = {};
    for (const field of fieldsOf(row)) {
      if (field.type === "radio" && !(field as HTMLInputElement).checked) continue;
      values[field.name] = field.value;
    }
    return values;
  }

  function fill(row: HTMLElement, values: Record<string, string>): void {
    for (const field of fieldsOf(row)) {
      const value = values[field.name];
      if (field.type === "radio") (field as HTMLInputElement).checked = value === field.value;
      // Never rewrite what somebody is typing: input methods would break the word.
      else if (value !== undefined && field !== document.activeElement) field.value = value;
    }
  }

  function show(row: HTMLElement, state: string, words: string): void {
    const place = row.querySelector<HTMLElement>("[data-save]");
    if (!place) return;
    const icon = state === "saved" ? "check" : state === "wrong" ? "warn" : "queue";
    place.dataset.state = state;
    place.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#i-${icon}"/></svg><span></span>`;
    (place.lastElementChild as HTMLElement).textContent = words;
  }

  /** The session is over: what was typed waits, and is sent once somebody signed in again. */
  function askToSignIn(row: HTMLElement): void {
    const words = row.querySelector<HTMLElement>("[data-save] span");
    if (!words) return;
    const link = document.createElement("a");
    link.href = `/access/sign-in?back=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = text("Signin");
    words.replaceChildren(link);
    say(text("Signin"));
  }

  function showPending(): void {
    const count = waiting().length;
    const words = `${count} ${text("Pending")}`;
    const all = document.querySelector("[data-save-all] span");
    const bar = document.querySelector<HTMLElement>("[data-queue-count]");
    if (all && count) all.textContent = words;
    if (bar) {
      bar.hidden = count === 0;
      bar.textContent = words;
    }
  }

  function showErrors(row: HTMLElement, errors: Record<string, string>): void {
    row.querySelectorAll(".error").forEach((old) => old.remove());
    for (const field of fieldsOf(row)) {
      const words = errors[field.name];
      if (!words) {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
        continue;
      }
      const error = document.createElement("span");
      error.className = "error";
      error.id = `${field.id || field.name}-error`;
      error.textContent = words;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", error.id);
      (field.closest("label") ?? field).after(error);
    }
  }

  function put(part: string, html: string): void {
    const place = document.querySelector<HTMLElement>(`[data-part="${part}"]`);
    // A part somebody is in stays as it is: taking it away would lose the focus.
    if (place && !place.contains(document.activeElement)) place.innerHTML = html;
  }

  function apply(row: HTMLElement, saved: Saved): void {
    row.dataset.revision = String(saved.revision);
    const hidden = row.querySelector<HTMLInputElement>(`input[name="${row.id}.revision"]`);
    if (hidden) hidden.value = String(saved.revision);
    row.classList.toggle("todo", saved.todo);
    const set = (name: string, words: string): void => {
      const place = row.querySelector(`[data-${name}]`);
      if (place) place.textContent = words;
    };
    set("points", saved.points ?? "–");
    set("computed", saved.computed);
    set("explanation", saved.explanation);
    set("proofs", String(saved.html.proofs));
    const inside = (selector: string, html: string): void => {
      const place = document.querySelector(selector);
      if (place) place.innerHTML = html;
    };
    inside(`#${CSS.escape(row.id)} [data-outcome]`, saved.html.outcome);
    inside(`#${CSS.escape(row.id)} [data-files]`, saved.html.files);
    inside(`[data-group="${CSS.escape(saved.html.group_id)}"]`, saved.html.group_facts);
    const plan = row.querySelector<HTMLElement>("[data-plan]");
    if (plan) plan.hidden = !saved.plan_needed;
    put("chips", saved.html.chips);
    put("progress", saved.html.progress);
    put("side", saved.html.side);
    put("submit", saved.html.submit);
    const words = `${text("Saved")} ${saved.saved_at}`;
    show(row, "saved", words);
    const all = document.querySelector("[data-save-all] span");
    if (all && !waiting().length) all.textContent = words;
  }

  function conflict(row: HTMLElement, id: string, reply: Conflict): void {
    row.querySelector(".conflict")?.remove();
    const box = document.createElement("div");
    box.className = "say wait conflict";
    box.setAttribute("role", "alert");
    const theirs = Object.values(reply.theirs).filter(Boolean).join(" · ");
    box.innerHTML = `<div><p></p><p class="tags"><button type="button" class="button slim"></button><button type="button" class="button slim"></button></p></div>`;
    (box.querySelector("p") as HTMLElement).textContent = `${reply.message} ${theirs}`;
    const [keep, take] = [...box.querySelectorAll("button")] as [HTMLButtonElement, HTMLButtonElement];
    keep.textContent = text("Keep");
    take.textContent = text("Take");
    keep.addEventListener("click", () => {
      row.dataset.revision = String(reply.revision);
      box.remove();
      enqueue(row);
    });
    take.addEventListener("click", () => {
      row.dataset.revision = String(reply.revision);
      fill(row, reply.theirs);
      delete queue[id];
      write();
      box.remove();
      show(row, "saved", text("Saved"));
    });
    row.querySelector("fieldset")?.after(box);
    keep.focus();
  }

  async function answered(id: string, edit: number, reply: Response): Promise<void> {
    const row = rowOf(id);
    const now = queue[id];
    if (reply.ok) {
      const saved = (await reply.json()) as Saved;
      if (now?.edit === edit) delete queue[id];
      write();
      if (row) {
        showErrors(row, {});
        apply(row, saved);
      }
      return;
    }
    // What was typed since may be right.
    if (now?.edit === edit) now.wrong = true;
    write();
    if (!row) return;
    show(row, "wrong", text("Wrong"));
    if (reply.status === 409) {
      conflict(row, id, (await reply.json()) as Conflict);
    } else if (reply.status === 422) {
      const refused = (await reply.json()) as Refused;
      showErrors(row, refused.errors);
      say(Object.values(refused.errors).join(" ") || refused.message);
    } else {
      show(row, "wrong", text("Locked"));
      say(text("Locked"));
    }
  }

  async function send(id: string, entry: Entry): Promise<void> {
    const row = rowOf(id);
    if (row) show(row, "sending", text("Sending"));
    const body = new URLSearchParams(entry.fields);
    if (row?.dataset.revision) body.set("revision", row.dataset.revision);
    const sent = entry.sent ?? { body: body.toString(), key: newKey(), edit: entry.edit };
    keepSent(id, sent);
    const reply = await fetch(entry.url, {
      method: "POST",
      body: sent.body,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": sent.key,
      },
      credentials: "same-origin",
    });
    if (reply.status === 401) throw new SignedOut();
    if (reply.status >= 500) throw new Error("server");
    keepSent(id, undefined);
    await answered(id, sent.edit, reply);
  }

  function keepSent(id: string, sent: Sent | undefined): void {
    const now = queue[id];
    if (!now) return;
    now.sent = sent;
    write();
  }

  async function flush(): Promise<void> {
    if (sending) return;
    sending = true;
    clearTimeout(retry);
    try {
      for (let next = waiting()[0]; next; next = waiting()[0]) {
        await send(next[0], { ...next[1] });
      }
      failures = 0;
    } catch (cause) {
      for (const [id] of waiting()) {
        const row = rowOf(id);
        if (!row) continue;
        show(row, "queued", text("Queued"));
        if (cause instanceof SignedOut) askToSignIn(row);
      }
      const seconds = RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)] ?? 30;
      failures += 1;
      retry = window.setTimeout(() => void flush(), seconds * 1000);
    } finally {
      sending = false;
      showPending();
    }
  }

  function remember(row: HTMLElement): void {
    const id = row.dataset.criterion;
    const url = row.dataset.url;
    if (!id || !url) return;
    edits += 1;
    queue[id] = { url, fields: valuesOf(row), edit: Date.now() * 1000 + (edits % 1000), sent: queue[id]?.sent };
    write();
    show(row, "queued", text("Queued"));
  }

  function enqueue(row: HTMLElement): void {
    remember(row);
    void flush();
  }

  function editedRow(event: Event): HTMLElement | null {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
    if (field.hasAttribute("form") || !field.name) return null;
    return field.closest<HTMLElement>("[data-url]");
  }

  sheet.addEventListener("change", (event) => {
    const row = editedRow(event);
    if (!row) return;
    clearTimeout(pauses.get(row.id));
    enqueue(row);
  });

  sheet.addEventListener("input", (event) => {
    const row = editedRow(event);
    if (!row || (event.target as HTMLInputElement).type === "radio") return;
    remember(row);
    clearTimeout(pauses.get(row.id));
    // A figure is judged when its field is left, so that half a number is never called wrong.
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    pauses.set(row.id, window.setTimeout(() => void flush(), TYPING_PAUSE_MS));
  });

  // Whoever types what stood there already changes nothing, and must not be left waiting.
  sheet.addEventListener("focusout", (event) => {
    if (queue[editedRow(event)?.id ?? ""]) void flush();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.hasAttribute("data-autosave")) {
      event.preventDefault();
      void flush();
    } else if (waiting().length && form.method === "post" && !event.defaultPrevented) {
      // First what was typed, then the step that relies on it.
      event.preventDefault();
      const submitter = (event as SubmitEvent).submitter;
      void flush().then(() => (waiting().length ? say(text("Queued")) : form.requestSubmit(submitter)));
    }
  });

  addEventListener("online", () => void flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void flush();
  });
  addEventListener("beforeunload", (event) => {
    if (!stored && waiting().length) event.preventDefault();
  });

  for (const [id, entry] of Object.entries(queue)) {
    const row = rowOf(id);
    if (row) fill(row, entry.fields);
    if (row) show(row, entry.wrong ? "wrong" : "queued", text(entry.wrong ? "Wrong" : "Queued"));
  }
  showPending();
  if (waiting().length) void flush();
  return { apply };
}
