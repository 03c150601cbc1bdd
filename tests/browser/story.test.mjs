// The product's main promise, in the browser: from the sheet to the certificate that a stranger checks,
// with JavaScript and without it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { api, findAddresses, startBrowser, startServer, visitor } from './harness.mjs';
import * as story from './story.mjs';

const run = promisify(execFile);

for (const javaScript of [true, false]) {
  describe(`from the sheet to the certificate, JavaScript ${javaScript ? 'on' : 'off'}`, () => {
    let server, browser, person, guest, dossier, returned, decision, certificate;
    const state = async () => (await api(server, `/api/v1/dossiers/${dossier}`)).state;

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

    it('the officer fills in what is open and lays the sheet before the leader', async () => {
      await story.fillIn(person);
      assert.equal(await state(), 'presented');
    });

    it('the leader submits; 32 of 34 are met', async () => {
      await story.submit(person);
      const { state: now, totals } = await api(server, `/api/v1/dossiers/${dossier}`);
      assert.equal(now, 'submitted');
      assert.deepEqual([totals.met, totals.unmet, totals.no_data, totals.of], [32, 2, 0, 34]);
    });

    it('a submitted sheet cannot be written any more', async () => {
      await person.becomes('unit_officer');
      await person.opensSheet();
      assert.equal(await person.page.locator('li.row input[type="radio"]').count(), 0);
    });

    it('the appraiser corrects one row and returns another with a reason', async () => {
      ({ returned } = await story.correctAndReturn(person));
      assert.equal(await state(), 'returned');
    });

    it('the officer reads the reason at the row, answers it, and the leader submits again', async () => {
      await person.becomes('unit_officer');
      await person.opensSheet('returned');
      assert.match(await person.row(returned).innerText(), /Bổ sung văn bản có chữ ký và dấu/);
      await story.answerReturn(person, returned);
      await story.submit(person);
      assert.equal(await state(), 'submitted');
    });

    it('the appraiser agrees with the rest and finishes', async () => {
      await story.agreeAndFinish(person);
      assert.equal(await state(), 'appraised');
    });

    it('no title before the council has voted', async () => {
      await person.becomes('council_secretary');
      await person.page.goto('/recognition');
      const choices = person.page.locator(`[name="outcome.${dossier}"] option`);
      assert.deepEqual(await choices.evaluateAll((options) => options.map((option) => option.value)), ['later']);
    });

    it('the council meets, and each member votes in secret', async () => {
      const { meeting } = await story.callsCouncil(person);
      await story.opensMeeting(person, meeting);
      assert.equal(await story.votes(person, meeting), 6);
      assert.match(await person.page.locator('main').innerText(), /Đã bỏ phiếu cho mọi hồ sơ/);
      assert.doesNotMatch(await person.page.locator('main').innerText(), /6 tán thành/);
      await story.countsVotes(person, meeting);
      assert.match(await person.page.locator('main').innerText(), /6 tán thành, 0 không tán thành[\s\S]*Thông qua/);
      assert.equal(await state(), 'appraised');
    });

    it('the secretary records the decision', async () => {
      decision = await story.decide(person);
      assert.match(decision, /^\/recognition\/[^/]+$/);
      certificate = await story.certificateOf(person, 'Châu Hưng');
      assert.equal(await state(), 'recognised');
    });

    it('decision and certificate are papers that name the unit and the code', async () => {
      assert.match(await paper(certificate.decisionPdf), /QUYẾT ĐỊNH[\s\S]*Châu Hưng/i);
      const words = await paper(certificate.certificatePdf);
      assert.match(words, /Châu Hưng/i);
      assert.ok(words.replace(/\s/g, '').includes(certificate.code), 'the code is printed in readable type');
    });

    it('a stranger opens the code on the public page', async () => {
      const stranger = await visitor(browser, server, { javaScript, width: 390, height: 844 });
      await stranger.page.goto(new URL(certificate.portal, server.url).pathname);
      assert.match(await stranger.page.locator('main').innerText(), /Còn hiệu lực[\s\S]*Châu Hưng/);
      assert.deepEqual(await stranger.context.cookies(), [], 'the public page sets no cookie');
      const answer = await api(server, `/api/v1/certificates/${certificate.code}`);
      assert.match(JSON.stringify(answer), /Châu Hưng/);
    });

    it('an unknown code answers politely with 404', async () => {
      const stranger = await visitor(browser, server, { javaScript });
      const response = await stranger.page.goto('/portal/certificates/AAAA-AAAA-AAAA-A');
      assert.equal(response.status(), 404);
      assert.match(await stranger.page.locator('main').innerText(), /Không có giấy chứng nhận với mã này/);
    });

    it('the secretary revokes the title, and the stranger sees since when and why', async () => {
      const ruling = await story.rules(person, decision, 'Thu hồi');
      assert.equal(await state(), 'revoked');
      assert.match(await paper(`${ruling}/decision.pdf`), /thu hồi công nhận[\s\S]*Châu Hưng/i);
      assert.match(await paper(certificate.certificatePdf), /ĐÃ THU HỒI từ ngày/);
      const stranger = await visitor(browser, server, { javaScript, width: 390, height: 844 });
      await stranger.page.goto(new URL(certificate.portal, server.url).pathname);
      const said = await stranger.page.locator('main').innerText();
      assert.match(said, /Đã thu hồi[\s\S]*Châu Hưng[\s\S]*Số liệu kê khai không đúng thực tế/);
    });

    it('no script failed on the way', () => assert.deepEqual(guest.faults, []));

    async function paper(href) {
      const response = await guest.context.request.get(href);
      assert.equal(response.status(), 200, href);
      const folder = await mkdtemp(join(tmpdir(), 'dienhinh-paper-'));
      try {
        const file = join(folder, 'paper.pdf');
        await writeFile(file, await response.body());
        return (await run('pdftotext', ['-layout', file, '-'])).stdout.normalize('NFC');
      } finally {
        await rm(folder, { recursive: true });
      }
    }
  });
}
