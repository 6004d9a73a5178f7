// The faults of test sites as operators see them: list, add, remove. What is added is checked here against the
// messages of the wire and the card machines of the site.

import type { Exchange } from '@tillgate/protocol';
import { api, dialects, exchangesOf } from '@tillgate/protocol';
import { altersMessage } from '../faults/site-faults.ts';
import { tokenId } from '../handshake/access.ts';
import type { Actor } from './actor.ts';
import { mustSeeAll } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { AdminRefusal, unfit } from './refusal.ts';
import type { AdminSite, SiteAccessDeps } from './site-access.ts';
import { inSite } from './site-access.ts';
import { findSite } from './sites.ts';
import { revokeToken } from './tokens.ts';

interface SiteName {
  readonly actor: Actor;
  readonly name: string;
}

export function listFaults(deps: SiteAccessDeps, asked: SiteName): Promise<api.Fault[]> {
  return inSite(deps, asked, async ({ faults }) => [...faults.all]);
}

/**
 * Refuses with `notPossible` at a site that is no test site, and beyond `api.MAX_FAULTS`; what is about the whole gateway
 * with `notAllowed`, if the operator is not one of all sites.
 */
export function addFault(
  deps: SiteAccessDeps,
  asked: SiteName,
  fault: api.NewFault,
): Promise<api.Fault> {
  const { actor, name } = asked;
  return inSite(deps, asked, async (site) => {
    if (!(await findSite(deps, actor, name)).test) {
      throw new AdminRefusal('notPossible', 'Only a test site has faults.');
    }
    if (site.faults.isFull) {
      throw new AdminRefusal('notPossible', `A site has ${api.MAX_FAULTS} faults at most.`);
    }
    if (fault.action.kind === 'gateway') mustSeeAll(actor);
    mustBePossible(fault, site);
    const { id, release } = site.faults.reserve();
    const deed = { action: 'fault.add', site: name, subject: id } as const;
    try {
      await writeAudited(deps, {
        ...{ actor, write: {} },
        deed: { ...deed, changes: changesOf({}, fault) },
      });
      return site.faults.add(id, fault, {
        // It may be gone already, or be the key of a card machine.
        revokeToken: (hash) =>
          void revokeToken(deps, actor, { site: name, id: tokenId({ hash }) }).catch(() => {}),
      });
    } finally {
      release();
    }
  });
}

export function removeFault(deps: SiteAccessDeps, asked: SiteName, id: string): Promise<void> {
  return inSite(deps, asked, async ({ faults }) => {
    const fault = faults.all.find((one) => one.id === id);
    if (!fault) throw new AdminRefusal('notFound', 'There is no such fault.');
    await takeAway(deps, asked, { faults, fault });
  });
}

/** Removes a fault; the trail says which. */
export async function takeAway(
  deps: AdminDeps,
  { actor, name }: SiteName,
  { faults, fault }: { readonly faults: AdminSite['faults']; readonly fault: api.Fault },
): Promise<void> {
  const { id, when, action, standing } = fault;
  const changes = changesOf({ when, action, standing }, {});
  const deed = { action: 'fault.remove', site: name, subject: id, changes } as const;
  await writeAudited(deps, { actor, deed, write: {} });
  faults.remove(id);
}

/** What is said of a fault that fits its schema and still cannot be. */
function mustBePossible({ when, action, standing }: api.NewFault, site: AdminSite): void {
  if (when.kind === 'message') mustBeMessage(when);
  if (when.kind === 'terminal') mustBeTerminal('/when/tid', when.tid, site);
  if (when.kind === 'time') mustBeMoment(when, standing);
  mustBeAction(action, site);
  const needed = messageNeeds(action);
  if (!needed) return;
  if (when.kind !== 'message') {
    throw unfit('/when/kind', `message, which ${action.kind} acts on`, JSON.stringify(when.kind));
  }
  if (needed.length > 0 && !needed.some((one) => isAbout(when, one))) {
    throw unfit('/when/method', `${needed.join(' or ')}, sent by the gateway`, described(when));
  }
  if (altersMessage(action) && when.value !== undefined && api.orderedValues.includes(when.value)) {
    throw unfit('/when/value', 'a value that may come in any order', JSON.stringify(when.value));
  }
}

function mustBeAction(action: api.FaultAction, site: AdminSite): void {
  if (action.kind === 'terminal') mustBeTerminal('/action/tid', action.tid, site);
  if (action.kind === 'result' && !site.virtual?.behaviour(site.name, action.tid)) {
    throw unfit('/action/tid', 'a virtual card machine of the site', JSON.stringify(action.tid));
  }
  if (action.kind === 'gateway' && !site.faults.canStopGateway) {
    throw new AdminRefusal('notPossible', 'This gateway cannot be stopped from here.');
  }
  if (action.kind === 'cut' && action.code !== undefined && !isSendable(action.code)) {
    throw unfit('/action/code', 'a code that a close frame may have', String(action.code));
  }
}

/** RFC 6455 7.4: 1004 to 1006 and 1015 are never sent, those from 1016 to 2999 mean nothing yet. */
function isSendable(code: number): boolean {
  if (code >= 3000) return true;
  return code <= 1014 && !(code >= 1004 && code <= 1006);
}

type MessageTrigger = Extract<api.FaultTrigger, { kind: 'message' }>;

/** The methods that the action may act on; empty for every message, undefined if it needs none. */
function messageNeeds({ kind }: api.FaultAction): readonly string[] | undefined {
  if (kind === 'drop' || kind === 'swap' || kind === 'unknown-value') return api.losableMethods;
  if (kind === 'double') return api.repeatableMethods;
  return kind === 'hold' ? [] : undefined;
}

function isAbout({ direction, method, part }: MessageTrigger, name: string): boolean {
  const isResult = part === 'response' || part === 'error';
  return direction === 'sent' && method === name && !isResult;
}

function mustBeMessage(when: MessageTrigger): void {
  const known = Object.values(dialects).flatMap((dialect) => exchangesOf(dialect));
  const named = known.filter(({ name }) => name === when.method && name !== 'error');
  if (named.length === 0) {
    throw unfit('/when/method', 'a method of the wire', JSON.stringify(when.method));
  }
  const wanted = when.till?.integration;
  const found = named.filter(({ integration }) => integration === (wanted ?? integration));
  if (found.length === 0) {
    const integrations = [...new Set(named.map(({ integration }) => integration))].join(' or ');
    const expected = `${integrations}, which has ${when.method}`;
    throw unfit('/when/till/integration', expected, JSON.stringify(wanted));
  }
  const isResult = when.part === 'response' || when.part === 'error';
  const sides = found.map(({ message }) => message.sender === 'gateway');
  const isSent = (when.direction === 'sent') !== isResult;
  if (!sides.includes(isSent)) {
    const other = when.direction === 'sent' ? 'received' : 'sent';
    throw unfit('/when/direction', `${other}, as ${described(when)} is`, when.direction);
  }
  const kinds: readonly string[] = [...new Set(found.map(({ kind }) => kind))];
  const needed = isResult ? 'request' : when.part;
  if (needed !== undefined && !kinds.includes(needed)) {
    throw unfit('/when/part', `${kinds.join(' or ')}, as ${when.method} is`, `${when.part}`);
  }
  mustHaveValue(when, found);
}

/** Whether the message can have the value, where its schema lists those that it has. */
function mustHaveValue(when: MessageTrigger, found: readonly Exchange[]): void {
  const { part, value } = when;
  if (value === undefined || part === 'error') return;
  const schemas = found.map(({ message, response }) => (part === 'response' ? response : message));
  const values = schemas.flatMap((message) => valuesIn(message?.schema));
  if (values.length === 0 || values.includes(value)) return;
  throw unfit('/when/value', `a value of ${described(when)}`, JSON.stringify(value));
}

/** The values by which a message is told from others of its method. */
const VALUE_NAMES = ['notificationValue', 'transactionResult'] as const;

function valuesIn(schema: unknown): readonly string[] {
  const { params, result } = propertiesIn(schema);
  const properties = propertiesIn(params ?? result);
  return VALUE_NAMES.flatMap((name) => (properties[name] as { enum?: string[] })?.enum ?? []);
}

function propertiesIn(schema: unknown): Readonly<Record<string, unknown>> {
  return Object((schema as { properties?: object } | undefined)?.properties);
}

function described({ part, method }: MessageTrigger): string {
  return part === undefined ? method : `${part} of ${method}`;
}

function mustBeMoment(
  { at, seconds }: Extract<api.FaultTrigger, { kind: 'time' }>,
  standing: boolean | undefined,
): void {
  if ((at === undefined) === (seconds === undefined)) {
    throw unfit('/when', 'one of at and seconds', at === undefined ? 'none' : 'both');
  }
  if (standing) throw unfit('/standing', 'false, as a moment comes once', 'true');
}

function mustBeTerminal(path: string, tid: string, site: AdminSite): void {
  if (site.serves(tid)) return;
  throw unfit(path, 'a card machine of the site', JSON.stringify(tid));
}
