// Version v1: the codecs of its integrations, and the messages of all as they are published.

import type { Dialect } from './dialect.ts';
import { linkMessages } from './link.ts';
import { pacMessages } from './pac-messages.ts';
import { v1About } from './v1-about.ts';
import { v1Pac, v1PacDefinition } from './v1-pac.ts';
import { v1Pat } from './v1-pat.ts';
import { waiterMessages } from './waiter.ts';

const pac = pacMessages(v1PacDefinition, { rules: [], methods: v1About });

/** The version v1. */
export const v1: Dialect = {
  version: 'v1',
  messages: [...pac, ...v1Pat.messages, ...waiterMessages, ...linkMessages],
  pac: v1Pac,
  pat: v1Pat.codec,
};
