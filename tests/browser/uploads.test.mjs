// A file goes up in pieces: it goes on where it stood when the line was lost or the page was closed, it says how far it
// came, and what is refused is said in the row.

import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WIDTHS, accessibilityFaults, findAddresses, samplePdf, sidewaysScroll, startBrowser, startServer, visitor } from './harness.mjs';
import { Person } from './story.mjs';

const PIECE = '**/evidence/uploads/*';

describe('uploads', () => {
  let server, browser, addresses, folder;

  before(async () => {
    [server, browser, folder] = await Promise.all([startServer(), startBrowser(), mkdtemp(join(tmpdir(), 'tep-'))]);
    addresses = await findAddresses(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A PDF of 3 MB, as old as it says, so that it is known again when it is picked again. */
  async function file(name) {
    const path = join(folder, name);
    await writeFile(path, Buffer.concat([samplePdf(), Buffer.alloc(3_000_000, 32)]));
    await utimes(path, 1_700_000_000, 1_700_000_000);
    return path;
  }

  async function officer(width) {
    const { page, context } = await visitor(browser, server, { width });
    const person = new Person(page, addresses.dossier, { javaScript: true });
    await person.becomes('unit_officer');
    return { page, context, ...(await opened(page, person)) };
  }

  async function opened(page, person) {
    await person.opensSheet();
    const [criterion] = await person.rows('li.row:has([data-upload])');
    await person.unfolds(criterion);
    const row = person.row(criterion);
    const pick = async (path) => {
      await row.locator('input[type="file"]').setInputFiles(path);
      await row.locator('[data-upload] button').first().click();
    };
    return { person, row, pick };
  }

  /** Where each piece began. */
  function offsets(page) {
    const seen = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') seen.push(Number(request.headers()['upload-offset']));
    });
    return seen;
  }

  /** Lets so many pieces through; the next ones wait until they are let go. */
  async function hold(page, after) {
    let letGo;
    const free = new Promise((done) => (letGo = done));
    let pieces = 0;
    let reached;
    const held = new Promise((done) => (reached = done));
    await page.route(PIECE, async (route) => {
      if (route.request().method() === 'PATCH' && (pieces += 1) > after) {
        reached();
        await free;
      }
      await route.continue().catch(() => undefined);
    });
    return { held, letGo };
  }

  for (const width of WIDTHS) {
    it(`says how far a file came, at ${width} px`, async () => {
      const { page, context, row, pick } = await officer(width);
      const { held, letGo } = await hold(page, 2);
      await pick(await file(`tien-do-${width}.pdf`));
      await held;
      const line = row.locator('.sending');
      await line.locator('text=/3[45] %/').waitFor();
      assert.equal(await sidewaysScroll(page), 0);
      assert.deepEqual(await accessibilityFaults(page), []);
      if (process.env.SHOTS) await row.screenshot({ path: join(process.env.SHOTS, `upload-${width}.png`) });
      letGo();
      await row.locator('a', { hasText: `tien-do-${width}.pdf` }).waitFor();
      assert.equal(await line.count(), 0);
      await context.close();
    });
  }

  it('goes on by itself when the line is back', async () => {
    const { page, context, row, pick } = await officer();
    const began = offsets(page);
    const { held, letGo } = await hold(page, 2);
    await pick(await file('mat-mang.pdf'));
    await held;
    await context.setOffline(true);
    letGo();
    await row.locator('.sending', { hasText: 'Mất kết nối' }).waitFor();
    const before = began.length;
    await context.setOffline(false);
    await row.locator('a', { hasText: 'mat-mang.pdf' }).waitFor();
    assert.ok(began[before] > 0, `it began again at ${began[before]}`);
    await context.close();
  });

  it('goes on where it stood when the page was closed and the same file is picked again', async () => {
    const { page, context, pick } = await officer();
    const { held } = await hold(page, 2);
    const path = await file('dong-trang.pdf');
    await pick(path);
    await held;
    await page.close();
    const again = await context.newPage();
    const began = offsets(again);
    const later = await opened(again, new Person(again, addresses.dossier, { javaScript: true }));
    await later.pick(path);
    await later.row.locator('a', { hasText: 'dong-trang.pdf' }).waitFor();
    assert.ok(began[0] > 0, `it began again at ${began[0]}`);
    await context.close();
  });

  it('can be cancelled', async () => {
    const { page, context, row, pick } = await officer();
    const { held, letGo } = await hold(page, 1);
    await pick(await file('huy.pdf'));
    await held;
    await row.getByRole('button', { name: 'Hủy gửi huy.pdf' }).click();
    letGo();
    await row.locator('.sending').waitFor({ state: 'detached' });
    await page.reload();
    assert.equal(await page.locator('a', { hasText: 'huy.pdf' }).count(), 0);
    await context.close();
  });

  it('says in the row why a file is refused', async () => {
    const { context, row, pick } = await officer();
    const path = join(folder, 'trang.pdf');
    await writeFile(path, '<script>alert(1)</script>');
    await pick(path);
    await row.locator('[role=alert]', { hasText: 'Không nhận loại tệp này' }).waitFor();
    await context.close();
  });

  it('goes at once where the library cannot be fetched', async () => {
    const { page, context, row, pick } = await officer();
    await page.route('**/assets/tus-*', (route) => route.abort());
    await pick(await file('mot-lan.pdf'));
    await row.locator('a', { hasText: 'mot-lan.pdf' }).waitFor();
    await context.close();
  });
});
