// The main pages of the product and whom they are for. A new page is added here once; screens.test.mjs
// then examines it and shots.mjs takes its picture.

import { api, items } from './harness.mjs';

/** Pages that exist in the fresh sample. */
export async function samplePages(server, { cycle, dossier }) {
  const { unit } = await api(server, `/api/v1/dossiers/${dossier}`);
  const unitId = unit.id ?? unit;
  const [programme] = items(await api(server, '/api/v1/programmes'));
  return [
    { name: 'work', role: 'unit_officer', path: '/dossiers' },
    { name: 'sheet', role: 'unit_officer', path: `/dossiers/${dossier}` },
    { name: 'sheet-unmet', role: 'unit_officer', path: `/dossiers/${dossier}?show=unmet` },
    { name: 'sheet-print', role: 'unit_officer', path: `/dossiers/${dossier}/print` },
    { name: 'overview', role: 'appraiser', path: `/cycles/${cycle}` },
    { name: 'dossiers', role: 'appraiser', path: `/cycles/${cycle}/dossiers?state=submitted&sort=submitted` },
    { name: 'units', role: 'appraiser', path: '/units?search=chau+hung' },
    { name: 'unit', role: 'appraiser', path: `/units/${unitId}` },
    { name: 'tree', role: 'appraiser', path: `/units/tree?unit=${unitId}` },
    { name: 'crosswalk', role: 'appraiser', path: '/crosswalk?q=chau+hung' },
    { name: 'reforms', role: 'appraiser', path: '/units/reforms' },
    { name: 'reform-plan', role: 'appraiser', path: '/units/reforms/new?sample' },
    { name: 'programmes', role: 'unit_officer', path: '/programmes' },
    { name: 'programme', role: 'unit_officer', path: `/programmes/${programme.code}` },
    { name: 'plans', role: 'unit_officer', path: '/plans' },
    { name: 'recognition', role: 'council_secretary', path: '/recognition' },
    {
      name: 'what-if',
      role: 'council_secretary',
      path: '/programmes/exemplary-commune-34/what-if?key=c19.at_least&value=80%25',
    },
    { name: 'open-cycle', role: 'council_secretary', path: '/cycles/new?set=exemplary-commune-34&year=2024' },
    { name: 'committees', role: 'council_secretary', path: '/committees' },
    { name: 'committee-new', role: 'council_secretary', path: '/committees/new' },
    { name: 'jobs', role: 'council_secretary', path: '/jobs' },
    { name: 'audit', role: 'council_secretary', path: '/audit' },
    { name: 'portal', role: null, path: '/portal' },
    { name: 'imports', role: 'unit_officer', path: '/imports' },
    { name: 'not-found', role: 'unit_officer', path: '/nowhere' },
    { name: 'accounts', role: 'administrator', path: '/access/accounts' },
    { name: 'account-new', role: 'administrator', path: '/access/accounts/new' },
    { name: 'sign-in', role: 'administrator', path: '/access/sign-in' },
  ];
}

/** Pages that a submitted dossier brings. */
export function appraisalPages({ dossier }) {
  return [{ name: 'appraisal', role: 'appraiser', path: `/dossiers/${dossier}/appraisal` }];
}

/** Pages of a council that is called together. */
export function calledPages({ committee, meeting }) {
  return [
    { name: 'committee', role: 'council_secretary', path: committee },
    { name: 'meeting-called', role: 'council_secretary', path: meeting },
  ];
}

/** Pages of a council that votes. */
export function ballotPages({ meeting }) {
  return [{ name: 'meeting-ballot', role: 'council_member', path: meeting }];
}

/** Pages of a council that has voted. */
export function countedPages({ meeting }) {
  return [
    { name: 'meeting-counted', role: 'council_secretary', path: meeting },
    { name: 'recognition-voted', role: 'council_secretary', path: '/recognition' },
  ];
}

/** Pages that a decision brings. */
export function decisionPages({ decision, portal }) {
  return [
    { name: 'decision', role: 'council_secretary', path: decision },
    { name: 'certificate', role: null, path: new URL(portal, 'http://localhost').pathname },
    { name: 'certificate-unknown', role: null, path: '/portal/certificates/AAAA-AAAA-AAAA-A' },
  ];
}

/** The pages that say that a title is suspended. */
export function suspendedPages({ portal }) {
  return [
    { name: 'certificate-suspended', role: null, path: new URL(portal, 'http://localhost').pathname },
    { name: 'portal-suspended', role: null, path: '/portal' },
  ];
}

/** The pages of a title that was revoked. */
export function revokedPages({ decision, ruling, portal }) {
  return [
    { name: 'decision-revoked', role: 'council_secretary', path: decision },
    { name: 'ruling', role: 'council_secretary', path: ruling },
    { name: 'certificate-revoked', role: null, path: new URL(portal, 'http://localhost').pathname },
  ];
}
