// Figures of a whole ward from a spreadsheet (S13): on a computer, a phone and without a script, in few steps, with nothing
// written before the last one.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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

/** So many presses of a button or link lead from my work to the figures being written. */
const PRESSES_MAX = 5;

const LIST = [
  'PHƯỜNG 1;;',
  'Tên khóm;Số hộ thường xuyên sinh sống (hộ);Số hộ đã đăng ký tham gia',
  'Khóm 6;1.000;930',
  'Khóm 7;rất nhiều;1487',
  'Khóm 99;1;1',
  'Cộng;1001;2418',
].join('\n');

describe('figures from a spreadsheet', () => {
  let server, browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Plays the officer of Phường 1. */
  async function officer(page) {
    const [ward] = items(await api(server, '/api/v1/units?search=31825'));
    await page.goto(`/units/${ward.id}`);
    await press(page, page.getByRole('button', { name: 'Vào vai cán bộ của đơn vị này' }));
  }

  const button = (page, name) => page.getByRole('button', { name });

  async function sound(page) {
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.equal(await sidewaysScroll(page), 0);
  }

  for (const width of WIDTHS) {
    it(`are checked cell by cell and written at ${width} px`, async () => {
      const { page, context, faults } = await visitor(browser, server, { width, height: 900 });
      await officer(page);
      let presses = 0;
      const pressed = async (locator) => {
        presses += 1;
        await press(page, locator);
      };
      await pressed(page.getByRole('link', { name: 'Nhập từ Excel' }));
      await sound(page);
      const cycle = page.getByLabel('Kỳ đánh giá');
      const areas = await cycle.locator('option', { hasText: 'Khu dân cư' }).first().getAttribute('value');
      await cycle.selectOption(areas);
      const file = { name: 'phuong-1.csv', mimeType: 'text/csv', buffer: Buffer.from(LIST) };
      await page.locator('#file').setInputFiles(file);
      await pressed(button(page, 'Tiếp tục'));
      await page.getByRole('heading', { name: 'Cột nào là số liệu nào?' }).waitFor();
      assert.equal(await page.locator('.columns-of-file tr.unused').count(), 0, 'every column is guessed');
      await sound(page);
      await pressed(button(page, 'Kiểm tra'));
      for (const told of ['ô B4', 'ô A5', 'rất nhiều']) {
        assert.ok((await page.getByText(told).count()) > 0, told);
      }
      await sound(page);
      await pressed(button(page, 'Chỉ ghi 1 hàng đúng'));
      await page.getByText('Đã ghi 1 hàng vào phiếu tự chấm.').waitFor();
      assert.ok(presses <= PRESSES_MAX, `${presses} presses`);
      await page.goto('/imports');
      await press(page, page.getByRole('button', { name: 'Hoàn tác' }).first());
      await page.getByText('Đã hoàn tác').first().waitFor();
      await sound(page);
      assert.deepEqual(faults, []);
      await context.close();
    });
  }

  it('are pasted and taken in without a script', async () => {
    const { page, context } = await visitor(browser, server, { javaScript: false });
    await officer(page);
    await page.goto('/imports');
    const areas = page.getByLabel('Kỳ đánh giá').locator('option', { hasText: 'Khu dân cư' }).first();
    await page.getByLabel('Kỳ đánh giá').selectOption(await areas.getAttribute('value'));
    await page.getByText('Hoặc dán bảng').click();
    await page.locator('#pasted').fill('Khóm\tSố hộ đã đăng ký tham gia\nKhóm 6\t912\n');
    await press(page, button(page, 'Tiếp tục'));
    await press(page, button(page, 'Kiểm tra'));
    await page.getByText('Không có lỗi.').waitFor();
    await press(page, button(page, 'Ghi 1 hàng'));
    await page.getByText('Đã ghi 1 hàng vào phiếu tự chấm.').waitFor();
    await context.close();
  });
});
