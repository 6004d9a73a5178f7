// A client of a test gateway's admin API, which checks every answer against its declared route.

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { TestContext } from 'node:test';
import { api, findViolations } from '@tillgate/protocol';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { MemoryStore, startTestGateway } from 'tillgate/testing';
import { commandLine } from '../../../packages/server/src/application/admin/actor.ts';
import { addOperator } from '../../../packages/server/src/application/admin/operators.ts';

export type Headers = Readonly<Record<string, string>>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly body: any;
  /** Name of the problem; undefined when all is well. */
  readonly problem: api.ProblemName | undefined;
}

export interface RequestOptions {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  readonly headers?: Headers;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

export class ApiClient {
  readonly #base: string;
  readonly #headers: Headers;

  /** `headers` go with every request: a key, a cookie, what a proxy adds. */
  constructor(base: string, headers: Headers = {}) {
    this.#base = base;
    this.#headers = headers;
  }

  withHeaders(headers: Headers): ApiClient {
    return new ApiClient(this.#base, { ...this.#headers, ...headers });
  }

  /** Asks one declared route; whatever comes must be as declared. */
  async request(name: api.RouteName, asking: RequestOptions = {}): Promise<ApiResponse> {
    const route: api.Route = api.routes[name];
    const { params = {}, query = {}, body, headers = {} } = asking;
    const path = api.routePath(route.path, params);
    const words = Object.entries(query).map(([key, value]): [string, string] => [
      key,
      String(value),
    ]);
    const search = words.length > 0 ? `?${new URLSearchParams(words)}` : '';
    const answered = await this.raw({
      method: route.method,
      path: `${api.BASE_PATH}${path}${search}`,
      headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assertDeclared(name, route, answered);
    return answered;
  }

  /** The body of a good answer. */
  async get<Name extends api.RouteName>(
    name: Name,
    asking: RequestOptions = {},
  ): Promise<api.AnswerOf<Name>> {
    const { status, text, body } = await this.request(name, asking);
    assert.equal(status, api.routes[name].answer.status, text);
    return body;
  }

  /** The problem of an answer that is none. */
  async problem(
    name: api.RouteName,
    asking: RequestOptions = {},
  ): Promise<api.ProblemName | undefined> {
    return (await this.request(name, asking)).problem;
  }

  /** Any request at all. */
  raw({ method, path, headers = {}, body }: RawRequest): Promise<ApiResponse> {
    const all = { ...this.#headers, ...headers };
    return new Promise((resolve, reject) => {
      const asked = request(this.#base, { method, path, headers: all, agent: false });
      asked.on('error', reject);
      asked.on('response', (response) => void read(response).then(resolve, reject));
      asked.end(body);
    });
  }
}

async function read(response: IncomingMessage): Promise<ApiResponse> {
  let text = '';
  for await (const part of response) text += String(part);
  const { statusCode: status = 0, headers } = response;
  const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
  const body = isJson ? JSON.parse(text) : undefined;
  const isProblem = headers['content-type'] === 'application/problem+json';
  const problem = isProblem && body ? body.type.replace(/^urn:tillgate:problem:/, '') : undefined;
  assertGuarded(headers);
  return { status, headers, text, body, problem };
}

/** Whatever the answer is, a browser may make nothing of it but data. */
function assertGuarded(headers: IncomingMessage['headers']): void {
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors/);
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['access-control-allow-origin'], undefined);
}

function assertDeclared(name: api.RouteName, route: api.Route, answered: ApiResponse): void {
  const { status, text, body, problem } = answered;
  if (problem !== undefined) {
    assert.ok(api.problemsOf(route).includes(problem), `${name} declares no ${problem}`);
    assert.equal(status, api.problems[problem].status);
    return;
  }
  assert.equal(status, route.answer.status, text);
  if (status === 204) assert.equal(text, '');
  if ('body' in route.answer) assert.deepEqual(findViolations(route.answer.body, body), [], name);
}

export interface ApiServer extends TestGateway {
  /** A client at this machine, which needs no key. */
  readonly local: ApiClient;
  /** A client that sends these headers. */
  client(headers?: Headers): ApiClient;
  /** Adds an operator, of all sites or of these; gives a client with the operator's key. */
  operator(name: string, sites?: readonly string[]): Promise<OperatorAccess>;
}

export interface OperatorAccess {
  readonly key: string;
  readonly client: ApiClient;
}

/** A client at this machine of a gateway that runs already. */
export function clientOf({ gateway }: Pick<TestGateway, 'gateway'>): ApiClient {
  return new ApiClient(gateway.httpUrl);
}

/** A gateway with the API open at this machine. */
export async function startApiServer(t: TestContext, options: TestGatewayOptions = {}) {
  const store = options.store ?? new MemoryStore();
  const server = await startTestGateway({ ...options, store });
  t.after(() => server.stop());
  const client = (headers: Headers = {}) => new ApiClient(server.gateway.httpUrl, headers);
  const clock = options.clock ?? Date;
  const operator = async (name: string, sites?: readonly string[]): Promise<OperatorAccess> => {
    const operator = { name, sites: sites ?? null };
    const { key } = await addOperator({ store, clock }, commandLine, operator);
    return { key, client: client({ Authorization: `Bearer ${key}` }) };
  };
  return { ...server, local: client(), client, operator } satisfies ApiServer;
}

/** A gateway behind a proxy that ends TLS: nobody comes in without a key. */
export async function startProxiedApiServer(t: TestContext, options: TestGatewayOptions = {}) {
  const settings = { behindProxy: true, ...options.settings };
  const server = await startApiServer(t, { ...options, settings });
  const proxied = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' };
  const client = (headers: Headers = {}) => server.client({ ...proxied, ...headers });
  const operator = async (name: string, sites?: readonly string[]): Promise<OperatorAccess> => {
    const { key } = await server.operator(name, sites);
    return { key, client: client({ Authorization: `Bearer ${key}` }) };
  };
  return { ...server, local: client(), client, operator } satisfies ApiServer;
}

/** Params that fit every route. */
export const sampleParams = { site: 'testhost', tid: 'VCMINVLSIP0', id: 'x', name: 'x', number: 1 };

/** The address of a route with these params as they are, which need not be valid. */
export function pathOf(
  { path }: api.Route,
  params: Readonly<Record<string, string | number>> = sampleParams,
): string {
  return api.BASE_PATH + path.replace(/\{(\w+)\}/g, (_, word: string) => String(params[word]));
}

/** What a browser keeps of a session. */
export function cookieIn({ headers }: ApiResponse): string {
  return String(headers['set-cookie']?.[0]).split(';')[0] ?? '';
}
