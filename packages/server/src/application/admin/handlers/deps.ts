// What the handlers of the admin API share: the objects they act upon, what they are asked and what
// they give back.

import type { api } from '@tillgate/protocol';
import type { Store } from '../../../ports/store.ts';
import type { Traffic } from '../../connection/traffic.ts';
import type { ClientAddress } from '../../handshake/handshake.ts';
import type { OnDamaged } from '../../journal/entries.ts';
import type { Actor } from '../actor.ts';
import type { Identity, OperatorAccess } from '../operator-access.ts';
import type { TerminalAdminDeps } from '../terminals.ts';

export interface ApiDeps extends TerminalAdminDeps {
  readonly store: Store;
  readonly operators: OperatorAccess;
  /** Called for each entry of the journal that cannot be read. */
  readonly onDamaged: OnDamaged;
  readonly traffic: Traffic;
  /** What the gateway says about itself. */
  readonly gateway: api.Gateway;
}

export type AskName = Exclude<api.RouteName, 'readOpenApi'>;

/** A request that fits its declaration, from somebody who is known. */
export interface Ask<N extends AskName = AskName> {
  readonly identity: Identity;
  readonly actor: Actor;
  readonly params: api.ParamsOf<N>;
  readonly query: api.QueryOf<N>;
  readonly body: api.BodyOf<N>;
  /** Number of the last event that somebody who follows a stream has had. */
  readonly lastEvent?: number;
}

/** Somebody who is not known yet wants to sign in. */
export interface SignIn {
  readonly body: api.BodyOf<'openSession'>;
  readonly from: ClientAddress;
}

export interface Reply<N extends AskName = AskName> {
  readonly body: api.AnswerOf<N>;
  /** The session that begins with it, to be kept in a cookie; `over`: it ends. */
  readonly session?: { readonly secret: string; readonly expiresAt: number } | 'over';
}

/** What happens from now on; `open` returns stop. */
export interface EventStream {
  open(take: (event: api.TrafficEvent, number: number) => void): () => void;
}

type Handler<N extends AskName> = (ask: Ask<N>) => Promise<Reply<N>>;

/** The handlers of routes that are answered with one JSON document. */
export type JsonHandlers = {
  readonly [N in Exclude<AskName, 'openSession' | 'followTraffic'>]: Handler<N>;
};

export type Handlers = JsonHandlers & {
  readonly openSession: (ask: SignIn) => Promise<Reply<'openSession'>>;
  readonly followTraffic: (ask: Ask<'followTraffic'>) => Promise<EventStream>;
};

export function moment(at: number): string {
  return new Date(at).toISOString();
}
