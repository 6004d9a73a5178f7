// What the tests of a linked card machine have in common: a machine moved by hand, and a gateway that says
// what the test tells it.

import type { LinkEvent, LinkOrder } from '@tillgate/protocol';
import type { Resolvers } from '../connection/with-resolvers.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { LinkOptions, TerminalLink } from '../link/link.ts';
import { linkTerminal } from '../link/link.ts';
import type { CardMachine, OrderScreen, PlayedOutcome } from '../link/machine.ts';
import type { KeptOrder, OrderMemory } from '../link/memory.ts';
import { settle } from './manual-timing.ts';
import type { GatewayConnection } from './scripted-gateway.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

export const profile = {
  currency: 'GBP',
  cashback: true,
  transactions: ['SALE'],
  reports: ['X_BALANCE'],
} as const;

export const sale: LinkOrder = {
  id: 'shop1/12345678/42',
  transactionType: 'SALE',
  currency: 'GBP',
  amount: 1250,
  amountCashback: 0,
  cardholderNotPresent: false,
};

/** A memory that a test can look into, and that can fail. */
export class WatchedMemory implements OrderMemory {
  kept: KeptOrder | undefined;
  /** What the next savings fail with. */
  readonly failures: Error[] = [];

  load(): KeptOrder | undefined {
    return this.kept;
  }

  save(kept: KeptOrder): void {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.kept = JSON.parse(JSON.stringify(kept)) as KeptOrder;
  }
}

/** A card machine whose transactions the test plays itself. */
export class HandMachine implements CardMachine {
  readonly profile = profile;
  readonly memory = new WatchedMemory();
  readonly started: LinkOrder[] = [];
  #screen: OrderScreen | undefined;
  #end: Resolvers<PlayedOutcome> | undefined;

  start(order: LinkOrder, screen: OrderScreen): Promise<PlayedOutcome> {
    this.started.push(order);
    this.#screen = screen;
    this.#end = withResolvers();
    return this.#end.promise;
  }

  report(): object {
    return { reportLines: [{ value: 'REPORT COMPLETE' }] };
  }

  get screen(): OrderScreen {
    if (!this.#screen) throw new Error('Nothing was started.');
    return this.#screen;
  }

  /** The transaction ends so; what follows has happened when this is fulfilled. */
  async ends(outcome: PlayedOutcome = { transactionResult: 'SUCCESSFUL' }): Promise<void> {
    this.#end?.resolve(outcome);
    await settle();
  }

  async fails(cause: unknown = new Error('The printer is on fire.')): Promise<void> {
    this.#end?.reject(cause);
    await settle();
  }
}

const address = { host: 'wss://shop1.pay.example', token: 'key', tid: '12345678' };

/** A machine that is linked to a gateway in the hand of the test. */
export async function linked(
  machine: CardMachine & { readonly memory: OrderMemory } = new HandMachine(),
  options: Partial<LinkOptions> = {},
  gateway = new ScriptedGateway(),
) {
  const { open, timing, warnings } = gateway;
  const link: TerminalLink = await linkTerminal(
    { ...address, open, timing, onWarning: (one) => warnings.push(one), ...options } as LinkOptions,
    machine,
  );
  await settle();
  return { gateway, link };
}

/** The gateway's end of a link. */
export class Counter {
  readonly #gateway: ScriptedGateway;
  #lastId = 100;

  constructor(gateway: ScriptedGateway) {
    this.#gateway = gateway;
  }

  get line(): GatewayConnection {
    return this.#gateway.connection;
  }

  /** Everything the machine sent since the last call, except hello. */
  told(): readonly LinkEvent[] {
    const { received } = this.line;
    const told = received.filter(({ id, method }) => id === undefined && method !== 'hello');
    received.splice(0, received.length, ...received.filter((one) => !told.includes(one)));
    return told.map(({ method, params }) => ({ method, params }));
  }

  /** The answer to a request, as far as there is one. */
  async ask(method: string, params: object) {
    this.#lastId += 1;
    const id = this.#lastId;
    await this.line.say({ id, method, params });
    const { received } = this.line;
    const answer = received.find((each) => each.id === id && !each.method);
    if (answer) received.splice(received.indexOf(answer), 1);
    return answer;
  }

  start(order: LinkOrder = sale) {
    return this.ask('start', { order });
  }

  async last(order: string = sale.id) {
    return (await this.ask('lastOrder', { order }))?.result;
  }

  cancel(order: string = sale.id): Promise<void> {
    return this.line.say({ method: 'cancel', params: { order } });
  }
}

/** A machine by hand, its gateway, and the sale in hand. */
export async function selling(order: LinkOrder = sale, options: Partial<LinkOptions> = {}) {
  const machine = new HandMachine();
  const { gateway, link } = await linked(machine, options);
  const counter = new Counter(gateway);
  const taken = await counter.start(order);
  return { machine, gateway, link, counter, taken };
}

/** The method of each message. */
export function words(told: readonly LinkEvent[]): readonly string[] {
  return told.map(({ method, params }) => {
    if (method === 'finished') return `finished ${params.outcome.transactionResult}`;
    return method === 'cancelDecided' ? `cancelled ${params.cancelled}` : method;
  });
}
