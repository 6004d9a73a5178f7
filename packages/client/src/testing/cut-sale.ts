// A sale whose connection was cut, and the answers that follow.

import type { UnknownOutcome } from '../pac/outcome.ts';
import type { GatewayConnection } from './scripted-gateway.ts';
import { params, ScriptedGateway, tid } from './scripted-gateway.ts';

export async function answer(
  line: GatewayConnection,
  method: string,
  result: unknown,
): Promise<void> {
  const { id } = await line.next(method);
  await line.say({ id, result });
}

/** A sale whose connection is cut after `values` were shown. */
export async function cutSale(values: readonly string[], options: object = {}) {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect(options);
  const sale = till.sale(params);
  const { id } = await gateway.connection.next('sale');
  await gateway.connection.show(...values);
  await gateway.connection.cut();
  const unknown = (await sale) as UnknownOutcome;
  return { gateway, till, id, unknown };
}

/** The machine is free and its last payment is this one; looked at twice, as `resolve` does. */
export async function lookTwice(gateway: ScriptedGateway, last: object): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    await answer(gateway.connection, 'terminalDetails', available);
    const { id } = await gateway.connection.next('duplicate');
    await gateway.connection.say({ id, ...last });
    await gateway.timing.advance(2_500);
  }
}

export const available = { tid, status: 'AVAILABLE', currency: 'GBP' };
