// Puts what the waiter wants to the till and brings the answer back to the screen; prints bills and final
// receipts.

import type { WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { currentLink } from '../link/link.ts';
import { hall, print, remark, tearOff } from '../state.ts';
import type { HallPress, Step } from './waiter-flow.ts';
import { answered, walk } from './waiter-flow.ts';

export function pressInHall(press: HallPress): void {
  take(walk(hall.value, press));
}

function take({ hall: next, wish }: Step): void {
  hall.value = next;
  if (wish) void put(wish);
}

async function put(wish: WaiterRequest): Promise<void> {
  remark.value = '';
  if (wish.kind !== 'leave') tearOff();
  const answer = await asked(wish);
  if (answer.answer === 'bill') print('Bill', answer.receiptLines);
  if (answer.answer === 'left' && answer.receiptLines) print('Final receipt', answer.receiptLines);
  if (answer.answer === 'left') remark.value = 'The table is left.';
  take(answered(hall.value, answer));
}

async function asked(wish: WaiterRequest): Promise<WaiterAnswer> {
  const link = currentLink();
  if (!link) return { answer: 'no', message: 'There is no line to the gateway.' };
  switch (wish.kind) {
    case 'tables': {
      const { kind: _, ...who } = wish;
      return link.tables(who);
    }
    case 'lock': {
      const { kind: _, ...table } = wish;
      return link.lock(table);
    }
    case 'bill':
      return link.bill();
    case 'pay': {
      const { kind: _, ...payment } = wish;
      return link.pay(payment);
    }
    case 'leave':
      return link.leave();
  }
}
