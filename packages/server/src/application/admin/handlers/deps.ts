// What the handlers of the admin API share: the objects they act upon, what they are asked and what
// they give back.

import type { api } from '@tillgate/protocol';
import type { Clock, ClockMover } from '../../../ports/clock.ts';
import type { Traffic } from '../../connection/traffic.ts';
import type { ClientAddress } from '../../handshake/handshake.ts';
import type { Actor } from '../actor.ts';
import type { Identity, OperatorAccess } from '../operator-access.ts';
import type { OverviewDeps } from '../overview.ts';

export interface ApiDeps extends OverviewDeps {
  readonly clock: Clock;
  /** Moves the clock for tests of tills; absent where it is not to be moved. */
  readonly clockMover: ClockMover | undefined;
  readonly operators: OperatorAccess;
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

/** What happens from now on; `open` returns stop, and calls `end` if nothing more can come. */
export interface EventStream<Event = unknown> {
  open(take: (event: Event, number: number) => void, end: () => void): () => void;
  /** The event that tells a slow client how many were left out; absent where the next one makes up for them. */
  missed?(count: number): Event;
}

/** The routes that are answered with server-sent events. */
export const streamNames = ['followTraffic', 'followOverview'] as const;
type StreamName = (typeof streamNames)[number];

type Handler<N extends AskName> = (ask: Ask<N>) => Promise<Reply<N>>;

/** The handlers of routes that are answered with one JSON document. */
export type JsonHandlers = {
  readonly [N in Exclude<AskName, 'openSession' | StreamName>]: Handler<N>;
};

export type StreamHandlers = {
  readonly [N in StreamName]: (ask: Ask<N>) => Promise<EventStream<api.AnswerOf<N>>>;
};

export type Handlers = JsonHandlers &
  StreamHandlers & {
    readonly openSession: (ask: SignIn) => Promise<Reply<'openSession'>>;
  };
