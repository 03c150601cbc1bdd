// The way of a dossier as people walk it through the pages: fill in, attach, submit, appraise, return,
// answer, decide, check. Each step is one gesture; the tests put them together and assert.
//
// With JavaScript a field saves itself; without it the button of its group does.

import assert from 'node:assert/strict';
import { press, samplePdf, takeRole } from './harness.mjs';

const text = (name) => new RegExp(`^\\s*${name}\\s*$`);

/** Somebody in a browser, working on one dossier. */
export class Person {
  constructor(page, dossier, { javaScript }) {
    this.page = page;
    this.dossier = dossier;
    this.javaScript = javaScript;
  }

  becomes(role) {
    return takeRole(this.page, role);
  }

  opensSheet(filter = 'all') {
    return this.page.goto(`/dossiers/${this.dossier}?show=${filter}`);
  }

  opensAppraisal() {
    return this.page.goto(`/dossiers/${this.dossier}/appraisal?show=all`);
  }

  row(criterion) {
    return this.page.locator(`li.row[id="${criterion}"]`);
  }

  /** Ids of rows that match, in order of the page. */
  rows(selector) {
    return this.page.locator(selector).evaluateAll((found) => found.map((row) => row.id));
  }

  /** Does something to a row of the sheet and sees to it that the server has it. */
  async saves(criterion, change) {
    const row = this.row(criterion);
    if (this.javaScript) {
      const answered = this.page.waitForResponse((response) => response.url().includes(`/answers/${criterion}`));
      await change(row);
      assert.equal((await answered).status(), 200, `saving ${criterion}`);
      await row.locator('[data-save][data-state="saved"]').waitFor();
      return;
    }
    await change(row);
    const group = this.page.locator('form[data-autosave]').filter({ has: row });
    await press(this.page, group.getByRole('button', { name: 'Lưu nhóm này' }));
  }

  /** Answers a judgement. */
  answers(criterion, met) {
    return this.saves(criterion, (row) => row.locator(met ? 'label.yes' : 'label.nay').click());
  }

  /** Unfolds a row's proof, explanation and plan. */
  async unfolds(criterion) {
    const details = this.row(criterion).locator('details');
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  }

  /** Writes into a text field of a row: `note` or `reply`. */
  async writes(criterion, field, words) {
    await this.unfolds(criterion);
    await this.saves(criterion, async (row) => {
      const area = row.locator(`[name="${criterion}.${field}"]`);
      await area.fill(words);
      await area.blur();
    });
  }

  /** Attaches a PDF to a row. */
  async attaches(criterion, name) {
    await this.unfolds(criterion);
    const row = this.row(criterion);
    const file = { name, mimeType: 'application/pdf', buffer: samplePdf() };
    await row.locator('input[type="file"]').setInputFiles(file);
    await row.getByLabel('Xem ở đâu trong tài liệu').fill('trang 1');
    const button = row.getByRole('button', { name: 'Đính kèm' });
    await (this.javaScript ? button.click() : press(this.page, button));
    // Without JavaScript the page came anew and the row may be folded: attached, not visible.
    await this.row(criterion).locator('a', { hasText: name }).first().waitFor({ state: 'attached' });
  }

  /** Presses a button of the bar at the bottom. */
  presses(name) {
    return press(this.page, this.page.locator('.submit').getByRole('button', { name: text(name) }));
  }

  /** Records a verdict on one row of the appraisal. */
  async judges(criterion, verdict, reason = '') {
    const row = this.row(criterion);
    await row.locator(`label[for="${criterion}-${verdict}"]`).click();
    if (reason) await row.locator('textarea[name="reason"]').fill(reason);
    const button = row.getByRole('button', { name: /^\s*Ghi/ });
    if (!this.javaScript) return press(this.page, button);
    const answered = this.page.waitForResponse((response) => response.request().method() === 'POST');
    await button.click();
    assert.equal((await answered).status(), 200, `recording ${criterion}`);
    return this.page.locator(`li.row.todo[id="${criterion}"]`).waitFor({ state: 'detached' });
  }

  /** What the page says in its messages. */
  async reads() {
    return (await this.page.locator('.say').allInnerTexts()).join('\n');
  }
}

/** As officer: answers a criterion anew, attaches the missing proof, lays the sheet before the leader. */
export async function fillIn(person) {
  await person.becomes('unit_officer');
  await person.opensSheet();
  const open = await person.rows('li.row.todo');
  assert.ok(open.length > 0, 'the sample leaves something to do on the sheet');
  await person.answers(open[0], false);
  await person.opensSheet();
  await person.answers(open[0], true);
  await person.opensSheet();
  await person.attaches(open[0], 'minh-chung.pdf');
  await person.opensSheet();
  for (const criterion of await person.rows('li.row.todo')) {
    await person.writes(criterion, 'note', 'Hồ sơ lưu tại Công an thị trấn, sẽ bổ sung bản chụp.');
  }
  await person.opensSheet();
  assert.deepEqual(await person.rows('li.row.todo'), [], 'nothing is missing any more');
  await person.presses('Trình lãnh đạo ký nộp');
}

/** As leader: signs and submits. */
export async function submit(person) {
  await person.becomes('unit_leader');
  await person.opensSheet();
  await person.presses('Ký nộp');
}

/** As appraiser: corrects one row, returns another, and sends the dossier back. Gives both rows. */
export async function correctAndReturn(person) {
  await person.becomes('appraiser');
  await person.opensAppraisal();
  // Neither mandatory nor a knock-out: the title stays within reach.
  const met = await person.rows('li.row:has(.said .outcome.ok):has(input[value="unmet"]):not(:has(.tag.info, .tag.no))');
  const [corrected, returned] = met;
  await person.judges(corrected, 'unmet', 'Hồ sơ chưa thể hiện nội dung này trong năm.');
  await person.judges(returned, 'return', 'Bổ sung văn bản có chữ ký và dấu.');
  await person.presses('Trả hồ sơ');
  return { corrected, returned };
}

/** As officer: answers the reason of the returned row and lays the sheet before the leader again. */
export async function answerReturn(person, returned) {
  await person.becomes('unit_officer');
  await person.opensSheet();
  await person.writes(returned, 'reply', 'Đã bổ sung văn bản có chữ ký và dấu.');
  await person.opensSheet();
  await person.presses('Trình lãnh đạo ký nộp');
}

/** As appraiser: agrees with every row not judged yet, and finishes. */
export async function agreeAndFinish(person) {
  await person.becomes('appraiser');
  await person.opensAppraisal();
  for (const criterion of await person.rows('li.row.todo')) {
    await person.judges(criterion, 'agree');
  }
  await person.opensAppraisal();
  await person.presses('Kết thúc thẩm định');
}

/** As secretary: calls the council together on this dossier alone. Gives the addresses of the council and the meeting. */
export async function callsCouncil(person) {
  const { page } = person;
  await person.becomes('council_secretary');
  await page.goto('/recognition');
  const row = page.locator(`tr:has([name="outcome.${person.dossier}"])`);
  await press(page, row.getByRole('link', { name: /^\s*Hội đồng chưa biểu quyết/ }));
  const committee = new URL(page.url()).pathname;
  const form = page.locator(`form:has([value="${person.dossier}"])`);
  for (const other of await form.locator('input[name="dossier"]').all()) {
    if ((await other.getAttribute('value')) !== person.dossier) await other.uncheck();
  }
  await form.getByLabel('Địa điểm').fill('Phòng họp số 1');
  await press(page, form.getByRole('button', { name: text('Triệu tập họp') }));
  return { committee, meeting: new URL(page.url()).pathname };
}

/** As secretary: says that all but the last member came, and that they vote by themselves. */
export async function opensMeeting(person, meeting) {
  const { page } = person;
  await person.becomes('council_secretary');
  await page.goto(meeting);
  const members = await page.locator('input[name="present"]').all();
  for (const member of members.slice(0, -1)) await member.check();
  await press(page, page.getByRole('button', { name: text('Ghi điểm danh và khai mạc') }));
}

/** As one member after another: votes for the title, from the page of the meeting. */
export async function votes(person, meeting) {
  const { page } = person;
  await person.becomes('council_member');
  await page.goto(meeting);
  const seats = await page.locator('#seat option').evaluateAll((options) => options.map((option) => option.value));
  for (const seat of seats) {
    await page.locator('#seat').selectOption(seat);
    await page.locator('label', { hasText: /^\s*Tán thành\s*$/ }).click();
    await press(page, page.getByRole('button', { name: text('Gửi biểu quyết') }));
  }
  return seats.length;
}

/** As secretary: ends the voting. */
export async function countsVotes(person, meeting) {
  await person.becomes('council_secretary');
  await person.page.goto(meeting);
  await press(person.page, person.page.getByRole('button', { name: text('Kết thúc, kiểm phiếu') }));
}

/** The council meets and is for the title. */
export async function council(person) {
  const { meeting } = await callsCouncil(person);
  await opensMeeting(person, meeting);
  await votes(person, meeting);
  await countsVotes(person, meeting);
}

/** As appraiser, on the open appraisal: puts another figure into one row, with the reason. */
export async function finds(person, criterion, figure, reason) {
  const row = person.row(criterion);
  await row.locator(`label[for="${criterion}-correct"]`).click();
  await row.locator(`input[name="${criterion}"]`).fill(figure);
  await person.judges(criterion, 'correct', reason);
}

/** As secretary: records the decision for this dossier alone, `yes` or `no`. Gives the page's address. */
export async function decide(person, outcome = 'yes') {
  await person.becomes('council_secretary');
  await person.page.goto('/recognition');
  const form = person.page.locator(`form:has([name="outcome.${person.dossier}"])`);
  for (const other of await form.locator('select[name^="outcome."]').all()) {
    await other.selectOption('later');
  }
  await form.locator(`[name="outcome.${person.dossier}"]`).selectOption(outcome);
  await press(person.page, form.getByRole('button', { name: 'Lưu quyết định và cấp giấy chứng nhận' }));
  return new URL(person.page.url()).pathname;
}

/** From the decision's page: the papers' and the public page's addresses. */
export async function certificateOf(person, unit) {
  const line = person.page.locator('table tr').filter({ hasText: unit });
  const href = (name) => line.getByRole('link', { name }).first().getAttribute('href');
  return {
    code: (await line.locator('.code').innerText()).trim(),
    decisionPdf: await person.page.getByRole('link', { name: 'Tải quyết định (PDF)' }).getAttribute('href'),
    certificatePdf: await href('Tải giấy chứng nhận'),
    portal: await href('Trang xác minh'),
  };
}

/** As secretary: suspends, restores or revokes the one title that a decision gave. Gives the address of the ruling. */
export async function rules(person, decision, measure) {
  const { page } = person;
  await person.becomes('council_secretary');
  await page.goto(decision);
  await page.locator('summary', { hasText: 'Lập quyết định đối với danh hiệu đã trao' }).click();
  const form = page.locator('form[action$="/rulings"]');
  await form.getByLabel(new RegExp(`^${measure}`)).check();
  await form.getByLabel(/^Lý do/).fill('Số liệu kê khai không đúng thực tế.');
  await press(page, form.getByRole('button', { name: text('Lưu quyết định') }));
  return new URL(page.url()).pathname;
}

/** The whole way, without asserting more than each step does. */
export async function wholeStory(person) {
  await fillIn(person);
  await submit(person);
  const { returned } = await correctAndReturn(person);
  await answerReturn(person, returned);
  await submit(person);
  await agreeAndFinish(person);
  await council(person);
  const decision = await decide(person);
  return { decision, ...(await certificateOf(person, 'Châu Hưng')) };
}
