// All scenarios, in the order in which they are played.

import { connectionCatalogue } from './connection-catalogue.ts';
import { counterCatalogue } from './counter-catalogue.ts';
import { handshakeCatalogue } from './handshake-catalogue.ts';
import { receiptCatalogue } from './receipt-catalogue.ts';
import type { Scenario } from './scenario.ts';
import { tableCatalogue } from './table-catalogue.ts';

export const catalogue: readonly Scenario[] = [
  ...counterCatalogue,
  ...receiptCatalogue,
  ...tableCatalogue,
  ...connectionCatalogue,
  ...handshakeCatalogue,
];
