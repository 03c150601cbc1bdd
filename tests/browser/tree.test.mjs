// The tree of units: a branch is fetched when somebody opens it, and is a link where no script runs.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import {
  WIDTHS,
  accessibilityFaults,
  api,
  items,
  press,
  sidewaysScroll,
  startBrowser,
  startServer,
  visitor,
} from './harness.mjs';

describe('the tree of units', () => {
  let server, browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** The first branch that is folded. */
  const folded = (page) => page.locator('.tree details:not([open])').first();

  it('opens a branch in place, and once only', async () => {
    const { page, context, faults } = await visitor(browser, server);
    const asked = [];
    page.on('request', (request) => request.url().includes('/units/tree/branch') && asked.push(request.url()));
    await page.goto('/units/tree');
    const name = await folded(page).locator('summary b').innerText();
    await folded(page).locator('summary').click();
    const branch = page.locator('.tree details', { has: page.locator(`summary b:text-is("${name}")`) }).last();
    await branch.locator('.tree .go').first().waitFor();
    assert.equal(new URL(page.url()).search, '', 'the page itself stays');
    for (let time = 0; time < 2; time += 1) {
      await branch.locator('summary').first().click();
    }
    assert.equal(asked.length, 1, asked.join('\n'));
    assert.deepEqual(faults, []);
    await context.close();
  });

  it('has maps of units whose boundaries are known', async () => {
    const square = (id, west) => ({
      type: 'Feature',
      id,
      geometry: {
        type: 'Polygon',
        coordinates: [[[west, 9.2], [west + 0.05, 9.2], [west + 0.05, 9.3], [west, 9.3], [west, 9.2]]],
      },
    });
    const file = join(server.data, 'wards.geojson');
    const features = [square('31825', 105.7), square('31828', 105.75)];
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
    const take = ['unit', 'boundaries', file, '--as-of', '2023-11-24', '--data', server.data];
    await promisify(execFile)(process.env.DIENHINH_BIN, take);
    const [ward] = items(await api(server, '/api/v1/units?search=31825'));
    const [other] = items(await api(server, '/api/v1/units?search=31828'));
    for (const width of WIDTHS) {
      const { page, context, faults } = await visitor(browser, server, { width });
      await page.goto(`/units/${ward.id}`);
      assert.equal(await page.locator('.map a[aria-current]').getAttribute('aria-label'), ward.name);
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(await sidewaysScroll(page), 0);
      await press(page, page.locator(`.map a[aria-label="${other.name}"]`));
      assert.equal(new URL(page.url()).pathname, `/units/${other.id}`);
      assert.deepEqual(faults, []);
      await context.close();
    }
  });

  it('leads down without a script', async () => {
    const { page, context } = await visitor(browser, server, { javaScript: false });
    await page.goto('/units/tree');
    const before = await page.locator('.tree .go').count();
    await folded(page).locator('summary').click();
    await page.locator('.tree details[open] > .tree > li > a:not(.go)').first().click();
    assert.ok((await page.locator('.tree .go').count()) > before);
    assert.ok(new URL(page.url()).searchParams.has('unit'));
    await context.close();
  });
});
