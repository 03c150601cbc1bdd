// People sign in: from the first administrator's link to an officer's work, with and without scripts, on both widths.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { WIDTHS, accessibilityFaults, press, sidewaysScroll, startBrowser, startServer, visitor } from './harness.mjs';

const PASSWORD = 'một câu dài dễ nhớ';

/** The code that an app shows, or will show some steps later (RFC 6238). */
function code(secret, later = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', key).update(step).digest();
  const figures = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(figures % 1_000_000).padStart(6, '0');
}

describe('people', () => {
  let server, browser, link;

  before(async () => {
    const sample = await startServer();
    await sample.kill();
    const add = ['account', 'add', 'quan.tri', '--name', 'Lê Quản Trị', '--unit', 'Tỉnh Bạc Liêu'];
    const made = await promisify(execFile)(process.env.DIENHINH_BIN, [...add, '--data', sample.data]);
    link = new URL(made.stdout.trim()).pathname;
    [server, browser] = await Promise.all([startServer({ data: sample.data, signIn: true }), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const type = async (page, fields) => {
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  };
  const submit = (page) => press(page, page.locator('main button.primary'));
  const examine = async (page, name) => {
    assert.deepEqual(await accessibilityFaults(page), [], name);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await sidewaysScroll(page), 0, `${name} at ${width}`);
    }
    await page.setViewportSize({ width: 1366, height: 900 });
  };

  it('get in by a link, let others in, and work', async () => {
    const first = await visitor(browser, server);
    await first.page.goto('/dossiers');
    await examine(first.page, 'sign in');
    await first.page.goto(link);
    await examine(first.page, 'link');
    await type(first.page, { password: PASSWORD, again: PASSWORD });
    await submit(first.page);
    assert.equal(new URL(first.page.url()).pathname, '/access/account');
    await examine(first.page, 'oneself');

    // An administrator needs a second factor, and is led to it.
    await first.page.goto('/access/accounts');
    assert.equal(new URL(first.page.url()).pathname, '/access/second-factor/new');
    await examine(first.page, 'second factor, new');
    const secret = (await first.page.locator('main .code').innerText()).replaceAll(' ', '').trim();
    await type(first.page, { code: code(secret) });
    await submit(first.page);
    assert.equal(await first.page.locator('main li.code').count(), 10);
    await examine(first.page, 'codes to put away');
    await press(first.page, first.page.getByRole('link', { name: 'Đã cất, tiếp tục' }));
    await examine(first.page, 'accounts');
    await press(first.page, first.page.getByRole('link', { name: 'Thêm tài khoản' }));
    await type(first.page, { 'unit-find': 'chau hung' });
    await press(first.page, first.page.getByRole('button', { name: 'Tìm', exact: true }));
    await examine(first.page, 'which unit');
    await press(first.page, first.page.getByRole('link', { name: 'Thị trấn Châu Hưng' }));
    await type(first.page, { name: 'Trần Thị Bé', login: 'be.tran' });
    await first.page.locator('#role').selectOption('unit_officer');
    await examine(first.page, 'invite');
    await submit(first.page);
    await examine(first.page, 'link made');
    const invitation = new URL(await first.page.locator('#made').inputValue());
    assert.equal(invitation.origin, server.url, 'the link leads to where the administrator is');
    await press(first.page, first.page.getByRole('link', { name: 'Mở tài khoản' }));
    await examine(first.page, 'account');

    // The password alone opens nothing; the code of the app does, and leads back.
    const elsewhere = await visitor(browser, server);
    await elsewhere.page.goto('/access/accounts');
    await type(elsewhere.page, { login: 'quan.tri', password: PASSWORD });
    await submit(elsewhere.page);
    assert.equal(new URL(elsewhere.page.url()).pathname, '/access/second-factor');
    await examine(elsewhere.page, 'second factor');
    await type(elsewhere.page, { code: '000000' });
    await submit(elsewhere.page);
    await elsewhere.page.getByText('Mã không đúng').first().waitFor();
    await type(elsewhere.page, { code: code(secret, 1) });
    await submit(elsewhere.page);
    assert.equal(new URL(elsewhere.page.url()).pathname, '/access/accounts');
    await elsewhere.context.close();

    // The officer has no scripts.
    const officer = await visitor(browser, server, { javaScript: false });
    await officer.page.goto(invitation.pathname);
    await type(officer.page, { password: PASSWORD, again: PASSWORD });
    await submit(officer.page);
    await press(officer.page, officer.page.getByRole('link', { name: 'Vào làm việc' }));
    const sheet = new URL(officer.page.url()).pathname;
    assert.equal(sheet, '/dossiers');
    await press(officer.page, officer.page.getByRole('link', { name: 'Trần Thị Bé' }));
    await press(officer.page, officer.page.getByRole('button', { name: 'Đăng xuất' }));
    await officer.page.getByText('Đã đăng xuất').waitFor();

    // Signed out, a page leads to the form, and the form back to the page: by keyboard alone.
    await officer.page.goto('/plans?show=late');
    await officer.page.locator('#login').focus();
    await officer.page.keyboard.type('be.tran');
    await officer.page.keyboard.press('Tab');
    await officer.page.keyboard.insertText('sai rồi');
    const refused = officer.page.waitForEvent('load');
    await officer.page.keyboard.press('Enter');
    await refused;
    await officer.page.getByText('Tên đăng nhập hoặc mật khẩu không đúng').waitFor();
    await officer.page.locator('#password').focus();
    await officer.page.keyboard.insertText(PASSWORD);
    const signedIn = officer.page.waitForEvent('load');
    await officer.page.keyboard.press('Enter');
    await signedIn;
    assert.equal(new URL(officer.page.url()).pathname, '/plans');

    // What is taken away is gone at once.
    await first.page.reload();
    await press(first.page, first.page.getByRole('button', { name: 'Khóa tài khoản' }));
    await first.page.getByText('Đã khóa tài khoản').waitFor();
    await officer.page.goto('/dossiers');
    assert.equal(new URL(officer.page.url()).pathname, '/access/sign-in');
    assert.deepEqual(first.faults, []);
    await Promise.all([first.context.close(), officer.context.close()]);
  });
});
