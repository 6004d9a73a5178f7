// Enrols a card machine for the page without asking anybody, where the gateway lets the page: at a test site, for an
// operator who is signed in, or on the gateway's own machine. The pairing screen uses it.

import type { api } from '@tillgate/protocol';
import { call, readSession } from '../api/call.ts';
import { ApiFailure, explainFailure, toFailure } from '../api/failure.ts';
import type { EnrolledForPage, TestSite } from './link/pairing.tsx';

/** Card machines of one test site that pages may enrol by themselves. */
const MAX_PAGE_MACHINES = 20;
/** Played by the gateway again when an operator lets them go [C-10.22]. */
const pageMachines = Array.from({ length: MAX_PAGE_MACHINES }, (_, at) => `VCMPAGE${at + 1}SIP0`);

/** Undefined if the site is no test site, or the gateway wants to know first who asks. */
export async function findTestSite(name: string): Promise<TestSite | undefined> {
  try {
    await readSession();
    const { sites } = await call('listSites', {});
    const site = sites.find((one) => one.name === name && one.test);
    return site && { name, enrol: () => enrolFreeMachine(site).catch(asSentence) };
  } catch (cause) {
    if (cause instanceof ApiFailure) return undefined;
    throw cause;
  }
}

async function enrolFreeMachine({ name, title, currency }: api.Site): Promise<EnrolledForPage> {
  const params = { site: name };
  const { terminals } = await call('listTerminals', { params });
  const known = new Map(terminals.map((one) => [one.tid, one]));
  const tid = pageMachines.find((one) => isFree(known.get(one)));
  if (!tid) {
    throw new Error(
      `All ${MAX_PAGE_MACHINES} card machines for this page are in use. Let one go in the console.`,
    );
  }
  const { pairingCode } = await call('addTerminal', { params, body: { tid } });
  return { site: name, tid, code: pairingCode, shop: title, currency };
}

/** Nobody operates it by hand or is about to, and no payment is in progress. */
function isFree(machine: api.Terminal | undefined): boolean {
  if (!machine) return true;
  return !machine.paired && !machine.pairingUntil && machine.status !== 'BUSY';
}

function asSentence(cause: unknown): never {
  throw cause instanceof ApiFailure ? new Error(explainFailure(toFailure(cause)).happened) : cause;
}
