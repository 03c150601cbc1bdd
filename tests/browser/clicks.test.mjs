// How many clicks the gestures take that people make most: the ceilings of the screens *My work*, the sheet, the appraisal,
// plans, and council with decision. What counts is the mouse button going down, wherever on the page. Where none is needed,
// none is used: the test waits for what the keys alone, or a drag, came to.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { api, findAddresses, press, samplePdf, startBrowser, startServer, takeRole, visitor } from './harness.mjs';
import * as story from './story.mjs';

const OPEN = 'c18';

describe('clicks', () => {
  let server, browser, guest, page, person, dossier;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    ({ dossier } = await findAddresses(server));
    guest = await visitor(browser, server);
    await guest.context.addInitScript(() => {
      const count = () => sessionStorage.setItem('clicks', Number(sessionStorage.getItem('clicks') ?? 0) + 1);
      addEventListener('pointerdown', count, { capture: true });
    });
    page = guest.page;
    person = new story.Person(page, dossier, { javaScript: true });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Does something and gives the clicks that it took. */
  async function clicksOf(act) {
    await page.evaluate(() => sessionStorage.setItem('clicks', '0'));
    await act();
    return page.evaluate(() => Number(sessionStorage.getItem('clicks')));
  }

  const row = (criterion) => page.locator(`li.row[id="${criterion}"]`);
  const isInView = (locator) =>
    locator.evaluate((found) => {
      const { top, bottom } = found.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight + 1;
    });
  const answered = (criterion) =>
    page.waitForResponse((response) => response.url().includes(`/answers/${criterion}`) && response.status() === 200);

  it('from the first page after signing in to the field to fill in: one', async () => {
    await takeRole(page, 'unit_officer');
    assert.equal(new URL(page.url()).pathname, '/dossiers', 'where signing in leads');
    assert.equal(await clicksOf(() => press(page, page.locator('main .tasks a.button').first())), 1);
    assert.equal(new URL(page.url()).hash, `#${OPEN}`);
    assert.ok(await isInView(row(OPEN).locator('label.yes')), 'the field is in view');
  });

  it('met or not met: one, and it is saved', async () => {
    const clicks = await clicksOf(async () => {
      const saved = answered(OPEN);
      await row(OPEN).locator('label.nay').click();
      await saved;
    });
    assert.equal(clicks, 1);
  });

  it('figures: saved when their field is left', async () => {
    const counted = page.locator('li.row:has(.counts input)').first();
    const criterion = await counted.getAttribute('id');
    const fields = counted.locator('.counts input');
    await fields.first().focus();
    for (let at = 0; at < (await fields.count()); at += 1) {
      const figure = await fields.nth(at).inputValue();
      const saved = answered(criterion);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('7');
      await page.keyboard.press('Tab');
      await saved;
      // What stands there already, typed again, is saved too.
      await fields.nth(at).focus();
      for (const text of [figure, figure]) {
        const again = answered(criterion);
        await page.keyboard.press('Control+a');
        await page.keyboard.type(text);
        await page.keyboard.press('Tab');
        await again;
        await fields.nth(at).focus();
      }
      await fields.nth(Math.min(at + 1, (await fields.count()) - 1)).focus();
    }
  });

  it('a plan for a row that is not met: one at most to its four fields, and Enter saves it', async () => {
    await person.opensSheet();
    const plan = row(OPEN).locator('[data-plan]');
    assert.ok((await clicksOf(() => person.unfolds(OPEN))) <= 1, 'a row that lacks something is unfolded already');
    const fields = plan.locator('input:not([type="hidden"]), select, textarea');
    assert.equal(await fields.count(), 4);
    await plan.locator('[name="cause"]').selectOption({ index: 1 });
    await plan.locator('[name="owner"]').fill('Ủy ban nhân dân thị trấn');
    await plan.locator('[name="action"]').fill('Bố trí kinh phí trong dự toán năm sau.');
    await plan.locator('[name="due_on"]').fill('30/06/2024');
    const loaded = page.waitForEvent('load');
    await plan.locator('[name="due_on"]').press('Enter');
    await loaded;
    await page.goto('/plans');
    assert.match(await page.locator('main').innerText(), /Bố trí kinh phí trong dự toán năm sau/);
  });

  it('a file: one drag, no click', async () => {
    await person.opensSheet();
    await person.unfolds(OPEN);
    const dropped = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'tha-vao.pdf', { type: 'application/pdf' }));
      return transfer;
    }, [...samplePdf()]);
    await row(OPEN).locator('[data-upload]').dispatchEvent('drop', { dataTransfer: dropped });
    await row(OPEN).locator('a', { hasText: 'tha-vao.pdf' }).waitFor();
  });

  it('the next row that lacks something: one', async () => {
    await person.opensSheet();
    const first = (await person.rows('li.row.todo'))[0];
    for (const [width, next] of [[1366, '.missing li a'], [390, '.submit a.next']]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await clicksOf(() => page.locator(next).first().click()), 1);
      assert.ok(await isInView(row(first).locator('summary')), `${first} is in view at ${width} px`);
      await page.evaluate(() => scrollTo(0, 0));
    }
    await page.setViewportSize({ width: 1366, height: 900 });
  });

  it('an appraiser agrees: two by mouse, one key else', async () => {
    await person.answers(OPEN, true);
    await person.opensSheet();
    await person.presses('Trình lãnh đạo ký nộp');
    await story.submit(person);
    await person.becomes('appraiser');
    await person.opensAppraisal();
    const open = await person.rows('li.row.todo');
    assert.equal(await clicksOf(() => person.judges(open[0], 'agree')), 2);
    // From the middle: what was left out above is not come back to.
    const [, , , other, next] = open;
    await row(other).locator('input[type="radio"]').first().focus();
    await page.keyboard.press('Enter');
    await page.locator(`li.row.todo[id="${other}"]`).waitFor({ state: 'detached' });
    await page.waitForFunction((id) => document.activeElement.closest('.row')?.id === id, next);
  });

  it('a vote: two, a decision: one', async () => {
    await story.agreeAndFinish(person);
    const { meeting } = await story.callsCouncil(person);
    await story.opensMeeting(person, meeting);
    await person.becomes('council_member');
    await page.goto(meeting);
    const vote = async () => {
      await page.locator('label', { hasText: /^\s*Tán thành\s*$/ }).click();
      await press(page, page.getByRole('button', { name: /^\s*Gửi biểu quyết\s*$/ }));
    };
    for (let left = await page.locator('#seat option').count(); left > 0; left -= 1) {
      assert.equal(await clicksOf(vote), 2);
    }
    await story.countsVotes(person, meeting);
    await page.goto('/recognition');
    const store = page.locator(`form:has([name="outcome.${dossier}"])`).getByRole('button', { name: /^\s*Lưu quyết định/ });
    assert.equal(await clicksOf(() => press(page, store)), 1, 'everything is filled in already');
    assert.equal((await api(server, `/api/v1/dossiers/${dossier}`)).state, 'recognised');
  });

  it('no script failed on the way', () => assert.deepEqual(guest.faults, []));
});
