import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';

// The problems of requests to the admin API, as one table, and their JSON (RFC 9457). Names and statuses are
// stable, sentences may change.

interface Row {
  readonly status: number;
  readonly title: string;
}

/** The problems of the admin API by name. */
export const problems = {
  notJson: { status: 400, title: 'The body is not valid JSON.' },
  notSignedIn: { status: 401, title: 'An operator key is needed, or a session.' },
  wrongKey: { status: 401, title: 'The operator key is wrong.' },
  notAllowed: { status: 403, title: 'This operator may not do that.' },
  foreignOrigin: { status: 403, title: 'The request comes from another site of the web.' },
  noCsrfToken: { status: 403, title: 'The header X-CSRF-Token is missing or wrong.' },
  notSecure: { status: 403, title: 'A session needs HTTPS.' },
  notFound: { status: 404, title: 'There is no such thing.' },
  wrongMethod: { status: 405, title: 'This address does not take that method.' },
  alreadyThere: { status: 409, title: 'There is one of that name already.' },
  notPossible: { status: 409, title: 'That cannot be done as things are.' },
  tooLarge: { status: 413, title: 'The body is too large.' },
  wrongType: { status: 415, title: 'The body must be application/json.' },
  unfit: { status: 422, title: 'The request does not fit its schema.' },
  tooManyAttempts: { status: 429, title: 'Too many attempts with a wrong key.' },
  tooManyListeners: { status: 429, title: 'Too many listen already.' },
  internal: { status: 500, title: 'Something went wrong in the gateway.' },
  moving: { status: 503, title: 'The site is moving to another node of the gateway.' },
} as const satisfies Record<string, Row>;

/** The name of a problem. */
export type ProblemName = keyof typeof problems;

/** Such as `urn:tillgate:problem:notFound`: an identifier, not an address. */
export function problemType(name: ProblemName): string {
  return `urn:tillgate:problem:${name}`;
}

export const UnfitPart = Type.Object(
  {
    in: Type.Enum(['body', 'query', 'path'], { description: 'Which part of the request.' }),
    path: Type.String({ description: 'JSON Pointer within that part; "" for the whole.' }),
    expected: Type.String({ description: 'The expected value.' }),
    got: Type.String({ maxLength: 80, description: 'The received value.' }),
  },
  { additionalProperties: false, title: 'UnfitPart' },
);
/** A part of a request that does not fit. */
export type UnfitPart = Static<typeof UnfitPart>;

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:tillgate:problem: and the name of the problem.' }),
    title: Type.String({ description: 'The same for every problem of that type.' }),
    status: Type.Integer({ description: 'As the HTTP status.' }),
    detail: Type.Optional(Type.String({ description: 'Details of this case.' })),
    errors: Type.Optional(
      Type.Array(UnfitPart, {
        description: 'Each violation, if the request does not fit its schema.',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'Problem',
    description: 'Why a request was not executed (RFC 9457).',
  },
);
export type Problem = Static<typeof Problem>;
