// A sale whose line was cut, and the answers that follow.

import type { UnknownOutcome } from '../pac/outcome.ts';
import type { GatewayLine } from './scripted-gateway.ts';
import { params, ScriptedGateway, tid } from './scripted-gateway.ts';

export async function answer(line: GatewayLine, method: string, result: unknown): Promise<void> {
  const { id } = await line.next(method);
  await line.say({ id, result });
}

/** A sale whose line is cut after `values` were shown. */
export async function cutSale(values: readonly string[], options: object = {}) {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect(options);
  const sale = till.sale(params);
  const { id } = await gateway.line.next('sale');
  await gateway.line.show(...values);
  await gateway.line.cut();
  const unknown = (await sale) as UnknownOutcome;
  return { gateway, till, id, unknown };
}

/** The machine is free and its last payment is this one; looked at twice, as `resolve` does. */
export async function lookTwice(gateway: ScriptedGateway, last: object): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    await answer(gateway.line, 'terminalDetails', available);
    const { id } = await gateway.line.next('duplicate');
    await gateway.line.say({ id, ...last });
    await gateway.timing.advance(2_500);
  }
}

export const available = { tid, status: 'AVAILABLE', currency: 'GBP' };
