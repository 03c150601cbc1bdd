// What was typed is not lost: not when the line drops, not when the page is closed while it waits, and
// nothing that the server has acknowledged when the server is killed.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { api, findAddresses, startBrowser, startServer, takeRole, visitor } from './harness.mjs';
import { Person } from './story.mjs';

const noteOf = (page, criterion) => page.locator(`[name="${criterion}.note"]`);

describe('saving', () => {
  let server, browser, addresses;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    addresses = await findAddresses(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function officer() {
    const { page, context } = await visitor(browser, server);
    const person = new Person(page, addresses.dossier, { javaScript: true });
    await person.becomes('unit_officer');
    await person.opensSheet();
    const [criterion] = await person.rows('li.row:has(textarea)');
    await person.unfolds(criterion);
    return { page, context, person, criterion };
  }

  it('a note typed offline waits, says so, and is sent when the line is back', async () => {
    const { page, context, person, criterion } = await officer();
    await context.setOffline(true);
    await noteOf(page, criterion).fill('Viết khi mất mạng');
    await noteOf(page, criterion).blur();
    await person.row(criterion).locator('[data-save][data-state="queued"]').waitFor();
    await context.setOffline(false);
    await untilQueueIsEmpty(page);
    await person.opensSheet();
    assert.equal(await noteOf(page, criterion).inputValue(), 'Viết khi mất mạng');
    await context.close();
  });

  it('a note that waits survives the closing of its page', async () => {
    const { page, context, person, criterion } = await officer();
    await context.route('**/answers/**', (route) => route.abort());
    await noteOf(page, criterion).fill('Viết rồi đóng trang');
    await noteOf(page, criterion).blur();
    await person.row(criterion).locator('[data-save][data-state="queued"]').waitFor();
    await page.close();
    await context.unroute('**/answers/**');
    const again = await context.newPage();
    await again.goto(`/dossiers/${addresses.dossier}`);
    await untilQueueIsEmpty(again);
    await again.reload();
    assert.equal(await noteOf(again, criterion).inputValue(), 'Viết rồi đóng trang');
    await context.close();
  });

  it('an answer that gets lost on the way back is no quarrel with oneself', async () => {
    const { page, context, person, criterion } = await officer();
    const sent = [];
    await context.route('**/answers/**', async (route) => {
      const answer = await route.fetch();
      sent.push({ key: route.request().headers()['idempotency-key'], replayed: answer.headers()['idempotency-replayed'] });
      if (sent.length === 1) await route.abort();
      else await route.fulfill({ response: answer });
    });
    await noteOf(page, criterion).fill('Đã tới máy chủ');
    await noteOf(page, criterion).blur();
    await person.row(criterion).locator('[data-save][data-state="queued"]').waitFor();
    await noteOf(page, criterion).fill('Đã tới máy chủ, rồi viết thêm');
    await noteOf(page, criterion).blur();
    await untilQueueIsEmpty(page);
    assert.equal(await person.row(criterion).locator('.conflict').count(), 0);
    const [first, second, third] = sent;
    assert.deepEqual([second.key, second.replayed], [first.key, 'true'], 'the same request, done once');
    assert.notEqual(third.key, first.key);
    await person.opensSheet();
    assert.equal(await noteOf(page, criterion).inputValue(), 'Đã tới máy chủ, rồi viết thêm');
    await context.close();
  });
});

/** Waits until the page has nothing left to send; the longest pause between two tries is 30 s. */
async function untilQueueIsEmpty(page) {
  const isEmpty = () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith('dienhinh:queue:')));
  for (const deadline = Date.now() + 40_000; !(await isEmpty()); ) {
    assert.ok(Date.now() < deadline, 'something still waits to be sent');
    await page.waitForTimeout(200);
  }
}

describe('a killed server', () => {
  it('opens again with every acknowledged answer', async () => {
    const browser = await startBrowser();
    let server = await startServer();
    try {
      const { dossier } = await findAddresses(server);
      const { page, context } = await visitor(browser, server);
      await takeRole(page, 'unit_officer');
      await page.goto(`/dossiers/${dossier}`);
      const row = page.locator('li.row:has(textarea)').first();
      const criterion = await row.getAttribute('id');
      const acknowledged = await saveUntilKilled(page, server, { dossier, criterion });
      assert.ok(acknowledged >= 10, `only ${acknowledged} answers were acknowledged before the end`);
      await context.close();

      server = await startServer({ data: server.data });
      const later = await visitor(browser, server);
      await takeRole(later.page, 'unit_officer');
      await later.page.goto(`/dossiers/${dossier}`);
      const kept = Number((await noteOf(later.page, criterion).inputValue()).replace(/\D/g, ''));
      // The one that was under way may have been stored without its acknowledgement reaching us.
      assert.ok(kept === acknowledged || kept === acknowledged + 1, `acknowledged ${acknowledged}, kept ${kept}`);
    } finally {
      await browser.close();
      await server.kill();
      await rm(server.data, { recursive: true, force: true });
    }
  });

  it('leaves nothing of an upload that was under way', async () => {
    let server = await startServer();
    try {
      const { dossier } = await findAddresses(server);
      const before = await evidenceOf(server, dossier);
      await killDuringUpload(server, dossier);
      const gc = ['evidence', 'gc', '--older-than', '0', '--data', server.data];
      await promisify(execFile)(process.env.DIENHINH_BIN, gc);
      assert.deepEqual(await filesIn(server), [], 'the half file is cleared away');
      server = await startServer({ data: server.data });
      assert.equal(await evidenceOf(server, dossier), before, 'no row points at half a file');
    } finally {
      await server.kill();
      await rm(server.data, { recursive: true, force: true });
    }
  });

  async function evidenceOf(server, dossier) {
    const { criteria } = await api(server, `/api/v1/dossiers/${dossier}`);
    return criteria.reduce((sum, criterion) => sum + criterion.evidence, 0);
  }

  /** What waits to become whole. */
  async function filesIn(server) {
    const entries = await readdir(join(server.data, 'evidence', 'incoming'), { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  /** Sends half of a file as the officer of the town, and kills the server while it waits for the rest. */
  async function killDuringUpload(server, dossier) {
    const request = http.request(`${server.url}/dossiers/${dossier}/evidence`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=edge' },
    });
    request.on('error', () => {});
    request.write('--edge\r\ncontent-disposition: form-data; name="criterion"\r\n\r\nc18\r\n--edge\r\n');
    request.write('content-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n');
    request.write(Buffer.alloc(300_000, 32));
    for (const deadline = Date.now() + 15_000; (await filesIn(server)).length === 0; ) {
      assert.ok(Date.now() < deadline, 'the upload never began');
      await new Promise((later) => setTimeout(later, 50));
    }
    await server.kill();
    assert.equal((await filesIn(server)).length, 1, 'the kill left half a file behind');
  }

  /** Saves numbered notes one after the other; the server is killed in the midst. Gives the last acknowledged. */
  async function saveUntilKilled(page, server, { dossier, criterion }) {
    const url = `${server.url}/dossiers/${dossier}/answers/${criterion}`;
    let revision = Number(await page.locator(`li.row[id="${criterion}"]`).getAttribute('data-revision'));
    let acknowledged = 0;
    let killed;
    for (let number = 1; ; number += 1) {
      if (number === 12) killed = server.kill();
      try {
        const response = await page.request.post(url, {
          headers: { accept: 'application/json', origin: server.url },
          form: { [`${criterion}.note`]: `Lần ${number}`, revision: String(revision) },
        });
        if (!response.ok()) throw new Error(`${response.status()} ${await response.text()}`);
        ({ revision } = await response.json());
        acknowledged = number;
      } catch (error) {
        assert.ok(killed, `saving failed before the server was killed: ${error.message}`);
        await killed;
        return acknowledged;
      }
    }
  }
});
