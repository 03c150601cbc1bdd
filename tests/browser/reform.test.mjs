// A plan for a reform of units: from the tree to what it would do, and to its mistakes, on a computer, a phone and without
// a script.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  WIDTHS,
  accessibilityFaults,
  sidewaysScroll,
  startBrowser,
  startServer,
  takeRole,
  visitor,
} from './harness.mjs';

describe('a plan for a reform', () => {
  let server, browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** From the tree of units to the form, filled with the plan of the sample. */
  async function openPlan(page) {
    await takeRole(page, 'appraiser');
    await page.goto('/units/tree');
    await page.getByRole('link', { name: 'Các lần sắp xếp đơn vị' }).click();
    await page.getByRole('link', { name: 'Xem trước phương án' }).click();
    await page.getByRole('link', { name: 'Thử với phương án' }).click();
  }

  const look = (page) => page.getByRole('button', { name: 'Xem trước' }).click();

  for (const width of WIDTHS) {
    it(`shows what it would do and what is wrong at ${width} px`, async () => {
      const { page, context, faults } = await visitor(browser, server, { width, height: 900 });
      await openPlan(page);
      await look(page);
      await page.getByRole('heading', { name: 'Phương án sẽ thay đổi' }).waitFor();
      assert.equal(await page.locator('[aria-labelledby="gains"] > ul > li').count(), 26);
      assert.equal(await page.locator('[aria-labelledby="ends"] > ul > li').count(), 7);
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(await sidewaysScroll(page), 0);

      const table = page.getByLabel('Bảng phương án');
      await table.fill((await table.inputValue()).replace('Phường 2', 'Phường 22'));
      await look(page);
      await page.getByText('Hàng 5, cột unit_name').waitFor();
      assert.match(await table.inputValue(), /Phường 22/, 'what was typed is still there');
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(await sidewaysScroll(page), 0);
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  it('takes a file without a script', async () => {
    const { page, context } = await visitor(browser, server, { javaScript: false });
    await openPlan(page);
    const plan = Buffer.from(await page.getByLabel('Bảng phương án').inputValue());
    await page.getByLabel('Bảng phương án').fill('');
    await page.getByLabel('Tệp phương án').setInputFiles({ name: 'plan.csv', mimeType: 'text/csv', buffer: plan });
    await look(page);
    await page.getByText('Đã đọc tệp plan.csv').waitFor();
    assert.equal(await page.locator('[aria-labelledby="gains"] > ul > li').count(), 26);
    await context.close();
  });
});
