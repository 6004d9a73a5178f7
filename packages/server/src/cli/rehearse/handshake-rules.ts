// What a till must and should do when it asks for a connection, judged by its handshakes.

import { tillParameters } from '@tillgate/protocol';
import type { Finding, Rule } from './rule.ts';
import type { Handshake } from './till-proxy.ts';
import { REDIRECTED } from './till-proxy.ts';

/** A clock that is read a moment earlier is no haste. */
const EARLY_MS = 100;
/** Refusals that another try may change [C-2.9]. */
const PASSING = [429, 503];

export const handshakeRules = {
  'heeds-retry-after': {
    severity: 'should',
    about: 'The till does not ask for a connection again before the time that Retry-After says.',
    cites: ['C-2.9', 'C-11.22'],
    judge: ({ handshakes }) => {
      const waits = handshakes.flatMap((refused) => {
        const { retryAfterS, answeredMs = 0 } = refused;
        const next = retryAfterS === undefined ? undefined : nextOf(handshakes, refused);
        return next ? [{ asked: retryAfterS ?? 0, took: (next.realMs - answeredMs) / 1_000 }] : [];
      });
      if (waits.length === 0) return undefined;
      const passed = waits.every(({ asked, took }) => took * 1_000 >= asked * 1_000 - EARLY_MS);
      const times = waits.map(({ asked, took }) => `${took.toFixed(1)} s of ${asked} s`).join(', ');
      return found(passed, `It waited ${times}.`);
    },
  },
  'waits-for-person': {
    severity: 'should',
    about: 'After a refusal that needs a person the till does not ask again by itself.',
    cites: ['C-2.9'],
    judge: ({ handshakes }) => {
      const refused = handshakes.find(needsPerson);
      if (!refused) return undefined;
      const again = handshakes.filter(
        (one) => one.path === refused.path && one.realMs > refused.realMs,
      ).length;
      const why = `It was refused with ${refused.status}, and asked ${again} times more.`;
      return found(again === 0, why);
    },
  },
  'waits-for-handshake': {
    severity: 'should',
    about: 'The till gives a handshake 15 s before it gives it up.',
    cites: ['C-11.20'],
    judge: ({ handshakes }) => {
      const slow = handshakes.filter(({ answer }) => answer?.kind === 'late');
      if (slow.length === 0) return undefined;
      const [left] = slow.filter(({ leftMs }) => leftMs !== undefined);
      if (!left) return found(true, 'It waited for the answer.');
      const seconds = (((left.leftMs ?? 0) - left.realMs) / 1_000).toFixed(1);
      return found(false, `It gave the handshake up after ${seconds} s.`);
    },
  },
  'follows-no-redirect': {
    severity: 'should',
    about: 'The till asks again at its own address where a redirect would lead it elsewhere.',
    cites: ['C-2.9'],
    judge: ({ handshakes }) => {
      if (!handshakes.some(({ answer }) => answer?.kind === 'redirect')) return undefined;
      const passed = !handshakes.some(({ path }) => path === REDIRECTED);
      return found(passed, passed ? 'It followed none.' : 'It went where the redirect led.');
    },
  },
  'offers-no-subprotocol': {
    severity: 'should',
    about: 'The till offers no subprotocol, as none is chosen.',
    cites: ['C-2.6'],
    judge: ({ handshakes }) => {
      const [offered] = handshakes.filter(({ subprotocol }) => subprotocol !== undefined);
      if (handshakes.length === 0) return undefined;
      return found(!offered, offered ? `It offered "${offered.subprotocol}".` : 'It offered none.');
    },
  },
  'plain-address': {
    severity: 'should',
    about: 'The address of the till has each parameter once, and only those of the contract.',
    cites: ['C-2.2', 'C-2.5', 'C-2.15'],
    judge: ({ handshakes }) => {
      if (handshakes.length === 0) return undefined;
      const wrong = handshakes.flatMap(({ parameters }) =>
        parameters.filter((name, index) => !known.has(name) || parameters.indexOf(name) !== index),
      );
      const names = [...new Set(wrong)].join(', ');
      return found(wrong.length === 0, names ? `Unknown or repeated: ${names}.` : 'It is plain.');
    },
  },
  'keeps-version': {
    severity: 'should',
    about: 'The till asks for the same version on each of its connections.',
    cites: ['C-2.2'],
    judge: ({ handshakes, version }) => {
      if (handshakes.length === 0) return undefined;
      const other = handshakes.find((one) => one.version !== version)?.version;
      const why = other
        ? `It asked for ${version}, then for ${other}.`
        : `It asked for ${version}.`;
      return found(other === undefined, why);
    },
  },
} as const satisfies Readonly<Record<string, Rule>>;

const known: ReadonlySet<string> = new Set(tillParameters);

function needsPerson({ status = 0, isRefusal }: Handshake): boolean {
  return isRefusal === true && status >= 400 && !PASSING.includes(status);
}

/** The next handshake of the same path. */
function nextOf(handshakes: readonly Handshake[], { path, realMs }: Handshake) {
  return handshakes.find((one) => one.path === path && one.realMs > realMs);
}

function found(passed: boolean, why: string): Finding {
  return { passed, why, frames: [] };
}
