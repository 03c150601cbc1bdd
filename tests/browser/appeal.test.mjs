// A title is withheld; the unit's leader appeals from the sheet, the body that decided opens the dossier again, and it is
// decided anew: in the browser, with JavaScript and without it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  WIDTHS,
  accessibilityFaults,
  api,
  findAddresses,
  press,
  sidewaysScroll,
  startBrowser,
  startServer,
  visitor,
} from './harness.mjs';
import * as story from './story.mjs';

// A knock-out: with one incident no title is given, whatever else is met.
const INCIDENT = 'c08';

for (const javaScript of [true, false]) {
  describe(`an appeal, JavaScript ${javaScript ? 'on' : 'off'}`, () => {
    let server, browser, person, guest, dossier, first;
    const state = async () => (await api(server, `/api/v1/dossiers/${dossier}`)).state;
    const words = () => person.page.locator('main').innerText();

    before(async () => {
      [server, browser] = await Promise.all([startServer(), startBrowser()]);
      ({ dossier } = await findAddresses(server));
      guest = await visitor(browser, server, { javaScript });
      person = new story.Person(guest.page, dossier, { javaScript });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    it('the appraiser finds an incident, and the title is withheld', async () => {
      await story.fillIn(person);
      await story.submit(person);
      await person.becomes('appraiser');
      await person.opensAppraisal();
      await story.finds(person, INCIDENT, '1', 'Một vụ gây rối trong quý IV.');
      await story.agreeAndFinish(person);
      first = await story.decide(person, 'no');
      assert.equal(await state(), 'not_recognised');
    });

    it('the leader comes from the sheet to the form, and says why', async () => {
      await person.becomes('unit_leader');
      await person.opensSheet();
      await press(person.page, person.page.getByRole('link', { name: 'Kiến nghị xem xét lại' }));
      await examine('the form');
      const field = person.page.locator(`#ground-${INCIDENT}`);
      await press(person.page, person.page.getByRole('button', { name: 'Gửi kiến nghị' }));
      assert.match(await words(), /Nêu lý do ở ít nhất một tiêu chí/);
      await field.fill('Vụ việc xảy ra ở xã bên cạnh.');
      await press(person.page, person.page.getByRole('button', { name: 'Gửi kiến nghị' }));
      assert.match(await words(), /Chờ trả lời[\s\S]*Vụ việc xảy ra ở xã bên cạnh/);
      assert.equal(await state(), 'appealed');
    });

    it('the secretary finds it among their work, and opens the dossier again', async () => {
      await person.becomes('council_secretary');
      await person.page.goto('/dossiers');
      const work = person.page.locator('li', { hasText: 'Trả lời kiến nghị của thị trấn Châu Hưng' });
      await press(person.page, work.getByRole('link', { name: /^\s*Trả lời/ }));
      await examine('the answer');
      await person.page.getByLabel(/^Trả lời của cơ quan/).fill('Biên bản ghi nhầm địa bàn.');
      await press(person.page, person.page.getByRole('button', { name: 'Mở lại hồ sơ' }));
      assert.match(await words(), /Đã mở lại hồ sơ/);
      await person.page.goto(first);
      assert.match(await words(), /Đang xem xét lại/);
    });

    it('the officer finds the one row open, with the answer and what was written', async () => {
      await person.becomes('unit_officer');
      await person.opensSheet('returned');
      assert.deepEqual(await person.rows('li.row'), [INCIDENT]);
      await person.unfolds(INCIDENT);
      assert.match(await person.row(INCIDENT).innerText(), /Biên bản ghi nhầm địa bàn/);
      const reply = person.row(INCIDENT).locator(`[name="${INCIDENT}.reply"]`);
      assert.equal(await reply.inputValue(), 'Vụ việc xảy ra ở xã bên cạnh.');
      await person.presses('Trình lãnh đạo ký nộp');
      await story.submit(person);
      assert.equal(await state(), 'submitted');
    });

    it('it is appraised, voted on and decided anew, and each decision leads to the other', async () => {
      await story.agreeAndFinish(person);
      await story.council(person);
      const second = await story.decide(person);
      assert.equal(await state(), 'recognised');
      assert.match(await words(), /Thay kết quả tại 02\/QĐ-UBND/);
      await examine('the second decision');
      await press(person.page, person.page.getByRole('link', { name: /^\s*02\/QĐ-UBND/ }));
      assert.equal(new URL(person.page.url()).pathname, first);
      assert.match(await words(), /Không công nhận[\s\S]*Đã được thay[\s\S]*Thay bằng 03\/QĐ-UBND/);
      assert.equal(await person.page.locator(`main a[href="${second}"]`).count(), 1);
    });

    it('no script failed on the way', () => assert.deepEqual(guest.faults.filter((fault) => !fault.includes('422')), []));

    /** The page as it is, on an office computer and on a phone. */
    async function examine(name) {
      if (!javaScript) return;
      const { page } = person;
      const before = page.viewportSize();
      for (const width of [...WIDTHS, 320]) {
        await page.setViewportSize({ width, height: 844 });
        assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways at ${width} px`);
        if (width !== 320) assert.deepEqual(await accessibilityFaults(page), [], `${name} at ${width} px`);
        if (process.env.DIENHINH_SHOTS) {
          await page.screenshot({ path: `${process.env.DIENHINH_SHOTS}/${name}-${width}.png`, fullPage: true });
        }
      }
      await page.setViewportSize(before);
    }
  });
}
