// The admin API as one OpenAPI 3.1 document, generated from the declarations of the routes.

import type { TObject } from '../schema/type.ts';
import type { ProblemName } from './problem.ts';
import { Problem, problems } from './problem.ts';
import type { Answer, Route } from './route.ts';
import { problemsOf } from './route.ts';

type Routes = Readonly<Record<string, Route>>;

/** The document as text, as it is stored and served; `base` is the prefix of all routes. */
export function openApiOf(routes: Routes, base: string): string {
  const shapes: Shapes = new Map();
  const paths = pathsOf(routes, shapes);
  const problem = withoutShapes(shapes, Problem);
  const document = {
    openapi: '3.1.0',
    info,
    servers: [{ url: base, description: 'Of any gateway.' }],
    tags: [...new Set(Object.values(routes).map(({ tag }) => tag))].map(tagOf),
    paths,
    components: {
      schemas: Object.fromEntries(shapes),
      responses: responses(problem),
      securitySchemes,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const info = {
  title: 'Tillgate admin API',
  version: 'v1',
  description:
    'Sites, tokens, card machines, operators, transactions and live traffic of a gateway; the ' +
    'console uses only this API. While only this machine can reach the gateway no key is needed. ' +
    'Times are UTC, amounts are integers in pence or cents.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

const tagDescriptions: Readonly<Record<string, string>> = {
  session: 'Who asks, and what the gateway is.',
  sites: 'Shops: one name, one currency, its card machines.',
  tokens: 'Keys of the tills of a site.',
  terminals: 'Card machines, virtual and linked.',
  operators: 'Who may use this, and what was changed.',
  transactions: 'What the journal holds of payments, reports and tables.',
  traffic: 'Messages of all connections, live.',
  overview: 'What runs, and how it goes, on one page.',
  faults: 'What goes wrong at a test site, on purpose.',
};

function tagOf(name: string) {
  return { name, description: tagDescriptions[name] ?? '' };
}

const securitySchemes = {
  operatorKey: { type: 'http', scheme: 'bearer', description: 'The key of an operator.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-tillgate',
    description: 'Set by openSession: HttpOnly, Secure, SameSite=Strict.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'Required with every change in a session: the value from readSession.',
  },
};

function pathsOf(routes: Routes, shapes: Shapes) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(name, route, shapes);
    paths[route.path] = path;
  }
  return paths;
}

function operation(operationId: string, route: Route, shapes: Shapes) {
  const { tag, summary, params, query, body, answer } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    description: `For: ${route.access}.`,
    security: securityOf(route),
    parameters: [
      ...parametersOf('path', params, shapes),
      ...parametersOf('query', query, shapes),
      ...(isStream(answer) ? [lastEvent] : []),
    ],
    ...(body && {
      requestBody: { required: true, content: content(withoutShapes(shapes, body)) },
    }),
    responses: {
      [answer.status]: answerOf(operationId, answer, shapes),
      ...problemsByStatus(route),
    },
  };
}

function securityOf({ access, method }: Route) {
  if (access === 'anybody') return [];
  const session = method === 'GET' ? { session: [] } : { session: [], csrf: [] };
  return [{ operatorKey: [] }, session];
}

function parametersOf(where: 'path' | 'query', { properties, required }: TObject, shapes: Shapes) {
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return {
      name,
      in: where,
      required: (required as readonly string[] | undefined)?.includes(name) ?? false,
      ...(description === undefined ? {} : { description }),
      schema: withoutShapes(shapes, rest),
    };
  });
}

const lastEvent = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'Sent by browsers that reconnect: the id of the last event that they received.',
  schema: { type: 'string' },
};

function isStream(answer: Answer): answer is Answer & { events: unknown } {
  return 'events' in answer;
}

function answerOf(name: string, answer: Answer, shapes: Shapes) {
  const { description } = answer;
  const headers = name === 'openSession' ? { 'Set-Cookie': { schema: { type: 'string' } } } : {};
  if (isStream(answer)) {
    const event = withoutShapes(shapes, answer.events);
    const schema = { type: 'string', contentMediaType: 'text/event-stream' };
    return { description, content: { 'text/event-stream': { schema, 'x-event-data': event } } };
  }
  if (!('body' in answer)) return { description };
  return { description, headers, content: content(withoutShapes(shapes, answer.body)) };
}

function content(schema: unknown) {
  return { 'application/json': { schema } };
}

function problemsByStatus(route: Route) {
  const statusOf = (name: ProblemName) => problems[name].status;
  const all = problemsOf(route);
  const statuses = [...new Set(all.map(statusOf))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => {
      const names = all.filter((name) => statusOf(name) === status);
      const only = { $ref: `#/components/responses/${names[0]}` };
      return [String(status), names.length === 1 ? only : severalOf(names)];
    }),
  );
}

function severalOf(names: readonly ProblemName[]) {
  return {
    description: names.map((name) => `${name}: ${problems[name].title}`).join(' '),
    content: problemContent,
  };
}

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

function responses(problem: unknown) {
  const used = problem ? Object.entries(problems) : [];
  return Object.fromEntries(
    used.map(([name, { title }]) => [name, { description: title, content: problemContent }]),
  );
}

/** Schemas that have a title, by name; each is declared once. */
type Shapes = Map<string, unknown>;

/** A schema in which every part with a title is a reference to it. */
function withoutShapes(shapes: Shapes, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutShapes(shapes, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutShapes(shapes, one)]);
  const shape = Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
  if (typeof shape.title !== 'string') return shape;
  shapes.set(shape.title, shape);
  return { $ref: `#/components/schemas/${shape.title}` };
}
