// What every browser test uses: a server with a fresh sample, a browser with a fresh profile, and
// the few gestures that all tests share. It asserts nothing about the product itself.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);

/** How wide the pages are looked at: an office computer and a phone. */
export const WIDTHS = [1366, 390];

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const START_TIMEOUT_MS = 60_000;

/** Starts `dienhinh serve` on a free port, with an empty data folder or one left by an earlier start: with the sample's ready
 * roles, or for people who sign in. */
export async function startServer({ data: existing, signIn = false } = {}) {
  const binary = process.env.DIENHINH_BIN;
  if (!binary) throw new Error('DIENHINH_BIN names no binary; run the tests with `cargo xtask check --only browser`');
  const data = existing ?? (await mkdtemp(join(tmpdir(), 'dienhinh-browser-')));
  const options = signIn ? [] : ['--sample'];
  const child = spawn(binary, ['serve', ...options, '--listen', '127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  child.stderr.on('data', (chunk) => log.push(chunk.toString()));
  async function end(signal) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return {
    url: await firstAddress(child, log),
    data,
    /** Ends this one process by its id, as a power cut would: nothing is finished in order. */
    kill: () => end('SIGKILL'),
    /** Ends this one process in order and removes its data. */
    async stop() {
      await end('SIGTERM');
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function firstAddress(child, log) {
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGTERM'), START_TIMEOUT_MS);
  try {
    for await (const line of lines) {
      const address = line.match(/http:\/\/[^\s/]+/);
      if (address) return address[0];
    }
  } finally {
    clearTimeout(timer);
    // The pipe stays open and is drained, so that the server never waits for a reader.
    child.stdout.resume();
  }
  throw new Error(`the server printed no address within ${START_TIMEOUT_MS / 1000} s:\n${log.join('')}`);
}

/** Starts the system's Chromium; Playwright gives each start a fresh profile. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? 'chromium', headless: true, args: CHROMIUM_FLAGS });
}

/** A new visitor, with or without JavaScript, in Vietnamese unless told otherwise. */
export async function visitor(browser, server, { width = 1366, height = 900, javaScript = true } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    javaScriptEnabled: javaScript,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  return { context, page, faults };
}

/** Presses what loads a page, and waits for that page. */
export async function press(page, locator) {
  const loaded = page.waitForEvent('load');
  await locator.click();
  await loaded;
}

/** Takes one of the sample's ready roles through the strip that offers them. */
export async function takeRole(page, role) {
  const button = page.locator(`form[action="/access/role"] button[value="${role}"]`);
  if ((await button.count()) === 0) await page.goto('/dossiers');
  await press(page, button);
}

/** The JSON API's answer to a GET. */
export async function api(server, path) {
  const response = await fetch(`${server.url}${path}`, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Every address the tests need, found through the API and not guessed. */
export async function findAddresses(server) {
  const cycles = items(await api(server, '/api/v1/cycles'));
  for (const cycle of cycles) {
    const dossiers = items(await api(server, `/api/v1/cycles/${cycle.id}/dossiers`));
    const ours = dossiers.find((dossier) => JSON.stringify(dossier).includes('Châu Hưng'));
    const summary = ours && (await api(server, `/api/v1/dossiers/${ours.id}`));
    if (summary && summary.totals.of === 34) {
      return { cycle: cycle.id, dossier: ours.id };
    }
  }
  throw new Error('the sample has no dossier of Châu Hưng with 34 criteria');
}

/** A list answer is an array, or an object that holds one. */
export function items(answer) {
  if (Array.isArray(answer)) return answer;
  const list = Object.values(answer).find(Array.isArray);
  if (!list) throw new Error(`no list in ${JSON.stringify(answer).slice(0, 200)}`);
  return list;
}

/** A small, valid PDF of one empty page. */
export function samplePdf() {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** What axe-core finds wrong on the page, one readable line per rule. */
export async function accessibilityFaults(page) {
  const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => node.target.join(' '));
    return `${id}: ${help} (${nodes.length}×: ${places.join(', ')})`;
  });
}

/** By how many pixels the page is wider than its window. */
export function sidewaysScroll(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    return Math.max(0, root.scrollWidth - root.clientWidth);
  });
}
