// Every route of the admin API by name, with the types of its requests and responses: the gateway serves
// them, the console and scripts use them.

import type { Static, TSchema } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import { faultRoutes } from './faults.ts';
import { openApiOf } from './openapi.ts';
import { operatorRoutes } from './operators.ts';
import { overviewRoutes } from './overview.ts';
import { route } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { siteRoutes } from './sites.ts';
import { terminalRoutes } from './terminals.ts';
import { testControlRoutes } from './test-control.ts';
import { trafficRoutes } from './traffic.ts';
import { transactionRoutes } from './transactions.ts';

export type { Fault, FaultAction, FaultTrigger, NewFault } from './faults.ts';
export {
  FAULT_SCHEMA_FILE,
  faultSchema,
  losableMethods,
  MAX_FAULTS,
  orderedValues,
  repeatableMethods,
} from './faults.ts';
export type {
  AddedOperator,
  AuditAction,
  AuditEntry,
  Change,
  NewOperator,
  Operator,
} from './operators.ts';
export type { AttentionItem, Overview, PaymentCounts, SiteOverview } from './overview.ts';
export type { Problem, ProblemName, UnfitPart } from './problem.ts';
export { problems, problemType } from './problem.ts';
export type { RehearsalReport } from './rehearsal.ts';
export {
  MAX_PROOF_FRAMES,
  MAX_REPORT_TEXT,
  REHEARSAL_SCHEMA_FILE,
  rehearsalSchema,
} from './rehearsal.ts';
export type { Answer, Route } from './route.ts';
export { problemsOf, routePath } from './route.ts';
export type { Gateway, Session } from './sessions.ts';
export type { AddedToken, NewSite, NewToken, Site, SiteChange, Token } from './sites.ts';
export type {
  NewTerminal,
  Pairing,
  Terminal,
  TerminalChange,
  VirtualScenario,
} from './terminals.ts';
export { virtualScenarios } from './terminals.ts';
export type { TestTime } from './test-control.ts';
export type { Connection, Frame, TrafficEvent } from './traffic.ts';
export type { StoryEvent, TransactionStory, TransactionSummary } from './transactions.ts';
export { MAX_SEARCHED_TERMINALS, transactionResults } from './transactions.ts';

/** The prefix of all routes. */
export const BASE_PATH = '/api/v1';
/** The name of the document's file, beside the folders of the messages. */
export const OPENAPI_FILE = 'openapi.json';

/** All routes of the admin API by name. */
export const routes = {
  ...sessionRoutes,
  ...siteRoutes,
  ...terminalRoutes,
  ...operatorRoutes,
  ...transactionRoutes,
  ...trafficRoutes,
  ...overviewRoutes,
  ...faultRoutes,
  ...testControlRoutes,
  readOpenApi: route({
    method: 'GET',
    path: '/openapi.json',
    tag: 'session',
    access: 'anybody',
    summary: 'This API as an OpenAPI 3.1 document.',
    answer: { status: 200, description: 'The document.', body: Type.Unknown() },
  }),
} as const;

/** The routes with their schemas. */
export type Routes = typeof routes;
/** The name of a route. */
export type RouteName = keyof Routes;

/** The `{name}`s in the path of a route. */
export type ParamsOf<Name extends RouteName> = Static<Routes[Name]['params']>;
/** The query parameters. */
export type QueryOf<Name extends RouteName> = Static<Routes[Name]['query']>;
/** The request body; `undefined` where there is none. */
export type BodyOf<Name extends RouteName> = Routes[Name] extends { body: infer B extends TSchema }
  ? Static<B>
  : undefined;
/** The JSON of a successful response; of a stream that of each event; `undefined` for a 204. */
export type AnswerOf<Name extends RouteName> = Routes[Name]['answer'] extends {
  body: infer B extends TSchema;
}
  ? Static<B>
  : Routes[Name]['answer'] extends { events: infer E extends TSchema }
    ? Static<E>
    : undefined;

let document: string | undefined;

/** The OpenAPI document of all routes, as text. */
export function openApi(): string {
  document ??= openApiOf(routes, BASE_PATH);
  return document;
}
