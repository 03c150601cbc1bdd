// A sheet of 34 criteria is filled in, appraised, voted on and decided by keyboard alone. Nothing here touches a pointer:
// a place is reached by Tab or by a short cut of the page, or the test fails.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { api, items, samplePdf, startBrowser, startServer, visitor } from './harness.mjs';

const UNIT = 'Xã Châu Thới';
const SET = 'exemplary-commune-34';

/** How often Tab is pressed before a place counts as out of reach. */
const TABS_MAX = 600;

describe('by keyboard alone', () => {
  let server, browser, guest, page, unit, province, dossier;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    const cycles = items(await api(server, '/api/v1/cycles'));
    const cycle = cycles.find((found) => found.set.code === SET);
    const found = items(await api(server, `/api/v1/cycles/${cycle.id}/dossiers?limit=200`));
    ({ id: dossier, unit } = found.find((one) => one.unit.name === UNIT));
    [province] = items(await api(server, '/api/v1/units?search=tinh+bac+lieu'));
    guest = await visitor(browser, server);
    page = guest.page;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** The sample's ready role for a unit: whoever signs in has theirs. */
  const becomes = (role, of) =>
    guest.context.addCookies([{ name: 'actor', value: `${role}:${of.id}`, url: server.url }]);
  const key = (...keys) => keys.reduce((done, one) => done.then(() => page.keyboard.press(one)), Promise.resolve());
  const focusIs = (selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

  /** Goes to a place by Tab. */
  async function tabTo(selector) {
    for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
      if (await focusIs(selector)) return;
      await key('Tab');
    }
    assert.fail(`Tab never comes to ${selector}`);
  }

  /** Presses what loads a page, and waits for that page. */
  async function enters() {
    const loaded = page.waitForEvent('load');
    await key('Enter');
    await loaded;
  }

  /** Puts text in the place of what the focused field holds. */
  async function types(text) {
    await key('Control+a');
    await page.keyboard.insertText(text);
  }

  const row = (criterion) => page.locator(`li.row[id="${criterion}"]`);
  const openRows = () => page.locator('li.row.todo').evaluateAll((rows) => rows.map((found) => found.id));
  const state = async () => (await (await guest.context.request.get(`/api/v1/dossiers/${dossier}`)).json()).state;

  /** Does something to a field, which saves itself, and waits until the server has it. */
  async function saves(criterion, act) {
    const answered = page.waitForResponse((response) => response.url().includes(`/answers/${criterion}`));
    await act();
    assert.equal((await answered).status(), 200, `saving ${criterion}`);
  }

  /** Answers the focused row so that it is met. */
  async function meets(criterion) {
    const answer = row(criterion).locator('.answer');
    if (await answer.locator('input[type="radio"]').count()) {
      await saves(criterion, () => key('1'));
      return;
    }
    const fields = await answer.locator('input').evaluateAll((found) => found.map((field) => field.id));
    for (const figures of [fields.map(() => '0'), fields.map(() => '100'), fields.map((_, at) => (at ? '100' : '0'))]) {
      for (const [at, id] of fields.entries()) {
        await tabTo(`[id="${id}"]`);
        await saves(criterion, () => types(figures[at]).then(() => key('Tab')));
      }
      await row(criterion).locator('[data-save][data-state="saved"]').waitFor();
      if (await answer.locator('.outcome.ok').count()) return;
      for (const _ of fields) await key('Shift+Tab');
    }
    assert.fail(`no figures meet ${criterion}`);
  }

  it('the officer comes from their work to the first open row, and answers what is open', async () => {
    await becomes('unit_officer', unit);
    await page.goto('/dossiers');
    await tabTo(`main a[href^="/dossiers/${dossier}"]`);
    await enters();
    const open = await openRows();
    assert.ok(open.length > 12, `${open.length} rows are open`);
    const unanswered = await page.locator('li.row:has(.answer .outcome.wait), li.row.todo:not(:has(input[type="radio"]:checked))')
      .evaluateAll((rows) => rows.map((found) => found.id));
    for (const criterion of open) {
      await key('Control+ArrowDown');
      assert.equal(await page.evaluate(() => document.activeElement.closest('.row')?.id), criterion, 'the next open row');
      if (unanswered.includes(criterion)) await meets(criterion);
      if (!(await openRows()).includes(criterion)) continue;
      await tabTo(`[id="${criterion}"] summary, [id="${criterion}"] details[open] textarea`);
      if (await focusIs('summary')) await key('Enter');
      await tabTo(`[id="${criterion}"] textarea[name="${criterion}.note"]`);
      await saves(criterion, () => types('Hồ sơ lưu tại Công an xã.').then(() => key('Tab')));
      if (await row(criterion).locator('[data-plan]:not([hidden])').count()) await plans(criterion);
    }
    assert.deepEqual(await openRows(), [], 'nothing is missing any more');
  });

  /** Writes the plan of the row whose explanation was left. */
  async function plans(criterion) {
    if (await row(criterion).locator('[data-plan] [name="action"]').evaluate((field) => field.value !== '')) return;
    await tabTo(`[id="${criterion}-cause"]`);
    await key('ArrowDown');
    await tabTo(`[id="${criterion}-owner"]`);
    await types('Ủy ban nhân dân xã');
    await tabTo(`[id="${criterion}-action"]`);
    await types('Bố trí kinh phí trong dự toán năm sau.');
    await tabTo(`[id="${criterion}-due"]`);
    await types('30/06/2024');
    await tabTo(`button[form="plan-${criterion}"]`);
    await enters();
  }

  it('a file is attached from the file field', async () => {
    // Said long before Enter opens the dialogue: the browser takes a while to hand it over.
    const file = { name: 'ke-hoach.pdf', mimeType: 'application/pdf', buffer: samplePdf() };
    page.once('filechooser', (chooser) => chooser.setFiles(file));
    await page.goto(`/dossiers/${dossier}?show=all`);
    await tabTo('[id="c01"] summary');
    await key('Enter');
    await tabTo('[id="c01-pointer"]');
    await types('trang 1');
    await tabTo('[id="c01-file"]');
    await key('Enter');
    await page.waitForFunction(() => document.getElementById('c01-file').files.length === 1);
    await tabTo('button[form="proof-c01"]');
    await key('Enter');
    await row('c01').locator('a', { hasText: 'ke-hoach.pdf' }).first().waitFor({ state: 'attached' });
  });

  it('the officer lays it before the leader, who submits', async () => {
    await tabTo('form[action$="/present"] button');
    await enters();
    await becomes('unit_leader', unit);
    await page.goto('/dossiers');
    await tabTo(`main a[href^="/dossiers/${dossier}"]`);
    await enters();
    await tabTo('form[action$="/submit"] button');
    await enters();
    assert.equal(await state(), 'submitted');
  });

  it('the appraiser agrees with one key a row', async () => {
    await becomes('appraiser', province);
    await page.goto(`/dossiers/${dossier}/appraisal?show=all`);
    const open = await openRows();
    assert.equal(open.length, 34);
    await key('Control+ArrowDown');
    for (const criterion of open) {
      assert.equal(await page.evaluate(() => document.activeElement.closest('.row')?.id), criterion, 'the next open row');
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await key('Enter');
      assert.equal((await answered).status(), 200, criterion);
      await page.locator(`li.row.todo[id="${criterion}"]`).waitFor({ state: 'detached' });
    }
    await tabTo('form[action$="/appraise"] button');
    await enters();
    assert.equal(await state(), 'appraised');
  });

  it('the council is called together, opened and votes', async () => {
    await becomes('council_secretary', province);
    await page.goto('/committees');
    await tabTo('main th a[href^="/committees/"]');
    await enters();
    const form = `form:has([value="${dossier}"])`;
    for (const other of await page.locator(`${form} input[name="dossier"]`).evaluateAll((boxes) => boxes.map((box) => box.value))) {
      await tabTo(`input[name="dossier"][value="${other}"]`);
      if ((await focusIs(':checked')) !== (other === dossier)) await key('Space');
    }
    await tabTo(`${form} [name="place"]`);
    await types('Phòng họp số 1');
    await tabTo(`${form} button`);
    await enters();
    const meeting = new URL(page.url()).pathname;
    for (const member of await page.locator('input[name="present"]').evaluateAll((boxes) => boxes.map((box) => box.value))) {
      await tabTo(`input[name="present"][value="${member}"]`);
      await key('Space');
    }
    await tabTo('form[action$="/open"] button');
    await enters();
    await becomes('council_member', province);
    await page.goto(meeting);
    const seats = await page.locator('#seat option').count();
    for (let seat = 0; seat < seats; seat += 1) {
      await tabTo('#seat');
      for (let down = 0; down < seat; down += 1) await key('ArrowDown');
      await tabTo('input[type="radio"]');
      await key('1');
      await enters();
    }
    await becomes('council_secretary', province);
    await page.goto(meeting);
    await tabTo('form[action$="/close"] button');
    await enters();
    assert.match(await page.locator('main').innerText(), /Thông qua/);
  });

  it('the secretary records the decision', async () => {
    await page.goto('/recognition');
    await tabTo(`select[name="outcome.${dossier}"]`);
    assert.equal(await page.evaluate(() => document.activeElement.value), 'yes', 'the council is for it');
    await tabTo(`form:has([name="outcome.${dossier}"]) button`);
    await enters();
    assert.equal(await state(), 'recognised');
  });

  it('no script failed on the way', () => assert.deepEqual(guest.faults, []));
});
