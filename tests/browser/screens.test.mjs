// Every main page on an office computer and on a phone: one heading, nothing that axe-core finds, no
// failing script, and no sideways scrolling down to 320 px.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  WIDTHS,
  accessibilityFaults,
  findAddresses,
  sidewaysScroll,
  startBrowser,
  startServer,
  takeRole,
  visitor,
} from './harness.mjs';
import { appraisalPages, ballotPages, calledPages, countedPages, decisionPages, revokedPages, samplePages, suspendedPages } from './pages.mjs';
import * as story from './story.mjs';

const NARROWEST = 320;

describe('screens', () => {
  let server, browser, addresses, person;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), startBrowser()]);
    addresses = await findAddresses(server);
    const { page } = await visitor(browser, server);
    person = new story.Person(page, addresses.dossier, { javaScript: true });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('of the fresh sample', async (test) => {
    await examine(test, await samplePages(server, addresses));
  });

  it('of a submitted dossier', async (test) => {
    await story.fillIn(person);
    await story.submit(person);
    await examine(test, appraisalPages(addresses));
  });

  it('of a council', async (test) => {
    await story.agreeAndFinish(person);
    const council = await story.callsCouncil(person);
    await examine(test, calledPages(council));
    await story.opensMeeting(person, council.meeting);
    await examine(test, ballotPages(council));
    await story.votes(person, council.meeting);
    await story.countsVotes(person, council.meeting);
    await examine(test, countedPages(council));
  });

  it('of a decided dossier', async (test) => {
    const decision = await story.decide(person);
    const certificate = await story.certificateOf(person, 'Châu Hưng');
    await examine(test, decisionPages({ decision, ...certificate }));
    await story.rules(person, decision, 'Tạm đình chỉ');
    await examine(test, suspendedPages(certificate));
    const ruling = await story.rules(person, decision, 'Thu hồi');
    await examine(test, revokedPages({ decision, ruling, ...certificate }));
  });

  async function examine(test, pages) {
    for (const width of WIDTHS) {
      const { page, context, faults } = await visitor(browser, server, { width, height: width < 600 ? 844 : 900 });
      for (const { name, role, path } of pages) {
        await test.test(`${name} at ${width} px`, async () => {
          faults.length = 0;
          if (role) await takeRole(page, role);
          await page.goto(path);
          assert.equal(await page.locator('h1').count(), 1, 'one h1');
          assert.deepEqual(await accessibilityFaults(page), []);
          assert.equal(await sidewaysScroll(page), 0, `scrolls sideways at ${width} px`);
          if (width < 600) await assertFits(page);
          assert.deepEqual(faults.filter((fault) => !fault.includes('404')), []);
        });
      }
      await context.close();
    }
  }

  async function assertFits(page) {
    const { width, height } = page.viewportSize();
    await page.setViewportSize({ width: NARROWEST, height });
    assert.equal(await sidewaysScroll(page), 0, `scrolls sideways at ${NARROWEST} px`);
    await page.setViewportSize({ width, height });
  }
});
