// The declaration of the error message [C-3.18], the same in every version; its codes are those of `errorTable`.

import { errorObject, errorTable } from '../rpc/error.ts';
import { errorMessage } from '../schema/envelope.ts';
import type { Integration, Message } from './dialect.ts';

const codes = [...new Set(Object.values(errorTable).map((row) => row.code))];

const about = {
  title: 'Error',
  description:
    'Why a message was not executed. For a transaction it means that nothing was started.',
  examples: [
    { jsonrpc: '2.0', error: errorObject('notJson') },
    { jsonrpc: '2.0', id: 7, error: errorObject('terminalBusy', { tid: '12345678' }) },
  ],
};

/** Tills at the table and card machines may send error codes of their own [C-9.6, C-13.9]. */
const schemas = {
  pac: errorMessage(about, codes),
  pat: errorMessage(about),
  waiter: errorMessage(about, codes),
  terminal: errorMessage(about),
} as const satisfies Record<Integration, unknown>;

export function errorDeclaration(integration: Integration): Message {
  const rules = ['C-3.18', 'C-3.19', 'C-3.20', 'C-3.21', 'C-3.22'];
  return { name: 'error', integration, sender: 'either', rules, schema: schemas[integration] };
}
