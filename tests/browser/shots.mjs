// Takes pictures of the main pages into the folder named on the command line, as
// <page>-<width>.png. Run it with `cargo xtask shots`.

import { join } from 'node:path';
import { WIDTHS, findAddresses, startBrowser, startServer, takeRole, visitor } from './harness.mjs';
import { appraisalPages, ballotPages, calledPages, countedPages, decisionPages, revokedPages, samplePages } from './pages.mjs';
import * as story from './story.mjs';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name the folder for the pictures');

const server = await startServer();
const browser = await startBrowser();
try {
  const addresses = await findAddresses(server);
  await take(await samplePages(server, addresses));
  const { page } = await visitor(browser, server);
  const person = new story.Person(page, addresses.dossier, { javaScript: true });
  await story.fillIn(person);
  await story.submit(person);
  await take(appraisalPages(addresses));
  await story.agreeAndFinish(person);
  const council = await story.callsCouncil(person);
  await take(calledPages(council));
  await story.opensMeeting(person, council.meeting);
  await take(ballotPages(council));
  await story.votes(person, council.meeting);
  await story.countsVotes(person, council.meeting);
  await take(countedPages(council));
  const decision = await story.decide(person);
  const certificate = await story.certificateOf(person, 'Châu Hưng');
  await take(decisionPages({ decision, ...certificate }));
  const ruling = await story.rules(person, decision, 'Thu hồi');
  await take(revokedPages({ decision, ruling, ...certificate }));
} finally {
  await browser.close();
  await server.stop();
}

async function take(pages) {
  for (const width of WIDTHS) {
    const { page, context } = await visitor(browser, server, { width, height: width < 600 ? 844 : 900 });
    for (const { name, role, path } of pages) {
      if (role) await takeRole(page, role);
      await page.goto(path);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
    }
    await context.close();
  }
}
