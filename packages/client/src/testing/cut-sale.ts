// A sale whose line was cut, and the answers that follow.

import type { UnknownOutcome } from '../outcome.ts';
import type { GatewayLine } from './scripted-gateway.ts';
import { params, ScriptedGateway } from './scripted-gateway.ts';

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
