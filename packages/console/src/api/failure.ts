// Why a call of the admin API failed (problem details, RFC 9457), and the texts for it: what happened and what to do.
// Pure.

import type { api } from '@tillgate/protocol';

/** The problems of the API, and `unreachable` for a gateway that does not answer. */
export type FailureCode = api.ProblemName | 'unreachable';

export class ApiFailure extends Error {
  readonly code: FailureCode;
  /** A sentence of the gateway about this case; may be empty. */
  readonly detail: string;
  /** The parts of the request that are invalid; often none. */
  readonly invalidParts: readonly api.UnfitPart[];

  constructor(why: FailureCode, problem: Partial<api.Problem> & ErrorOptions = {}) {
    super(why, problem);
    this.code = why;
    this.detail = problem.detail ?? '';
    this.invalidParts = problem.errors ?? [];
  }
}

const PREFIX = 'urn:tillgate:problem:';

/** `body` is the parsed response; it can be anything if a proxy responded. */
export function failureOf(status: number, body: unknown): ApiFailure {
  const problem = isProblem(body) ? body : {};
  const name = problem.type?.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : '';
  if (Object.hasOwn(words, name)) return new ApiFailure(name as FailureCode, problem);
  return new ApiFailure(byStatus[status] ?? 'internal', problem);
}

const byStatus: Readonly<Record<number, FailureCode>> = {
  401: 'notSignedIn',
  403: 'notAllowed',
  404: 'notFound',
  429: 'tooManyAttempts',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
};

function isProblem(body: unknown): body is Partial<api.Problem> {
  return typeof body === 'object' && body !== null;
}

export interface FailureText {
  readonly happened: string;
  readonly todo: string;
}

const again = 'Reload the page and try again.';

const words: Readonly<Record<FailureCode, readonly [happened: string, todo: string]>> = {
  unreachable: ['The gateway does not answer.', 'Look whether it runs; then try again.'],
  notJson: ['The gateway could not read the request.', again],
  notSignedIn: ['You are not signed in.', 'Sign in with your operator key.'],
  wrongKey: ['The operator key is wrong.', 'Check it, or ask for a new one.'],
  notAllowed: ['You may not do that.', 'Ask an operator of all sites.'],
  foreignOrigin: [
    'The gateway takes this page for another site of the web.',
    'Behind a proxy: let it pass on Host and set X-Forwarded-Proto.',
  ],
  noCsrfToken: ['The session is not that of this page any more.', again],
  notSecure: ['Signing in needs HTTPS.', 'Open this page at its https:// address.'],
  notFound: ['It is not there any more.', 'Somebody may have removed it. Reload the list.'],
  wrongMethod: ['The gateway does not know that request.', again],
  alreadyThere: ['There is one of that name already.', 'Choose another name.'],
  notPossible: ['That cannot be done as things are.', 'Look how it stands now.'],
  tooLarge: ['That is too much at once.', 'Shorten it.'],
  wrongType: ['The gateway could not read the request.', again],
  unfit: ['Something does not fit.', 'Look at the marked fields.'],
  tooManyAttempts: ['Too many wrong keys.', 'Wait a minute; then try again.'],
  tooManyListeners: ['Too many listen already.', 'Close another page of the console.'],
  moving: ['The site is moving to another node.', 'Try again in a few seconds.'],
  internal: ['Something went wrong in the gateway.', 'Its log tells more. Try again.'],
};

/** The sentence of the gateway about this case comes before the general text. */
export function explainFailure({ code, detail }: ApiFailure): FailureText {
  const [happened, todo] = words[code];
  return { happened, todo: detail && code !== 'unfit' ? detail : todo };
}

/** What is wrong with each field, keyed by field name; `sentences` are texts of the form for its fields. */
export function fieldFaults(
  failure: ApiFailure | undefined,
  sentences: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const faults: Record<string, string> = {};
  for (const { in: where, path, expected, got } of failure?.invalidParts ?? []) {
    const field = where === 'body' ? (path.split('/')[1] ?? '') : '';
    faults[field] ??= sentences[field] ?? `This takes ${expected}; it got ${got}.`;
  }
  return faults;
}

/** Turns any thrown value into a failure; one that is no ApiFailure is a bug of this page. */
export function toFailure(cause: unknown): ApiFailure {
  return cause instanceof ApiFailure ? cause : new ApiFailure('internal');
}
