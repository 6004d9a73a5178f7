// Sites and the tokens of their tills.

import { Amount, Cashback, Currency } from '../schema/money.ts';
import { virtualTidPattern } from '../schema/terminal.ts';
import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  closed,
  ListOf,
  PathParam,
  SingleLineText,
  SiteName,
  SiteParams,
  Timestamp,
} from './common-schemas.ts';
import { route } from './route.ts';

const VirtualMachine = Type.Object(
  {
    currency: Type.Optional(Currency),
    cashback: Type.Optional(
      Cashback('Cash that customers of v0 tills type in at it; 0 if absent.'),
    ),
    gratuity: Type.Optional(Amount('Gratuity that customers add to a sale; 0 if absent.')),
  },
  { ...closed, title: 'VirtualMachine', description: "The site's currency if absent." },
);

const settings = {
  title: SingleLineText('Heads the receipts; the name of the site if absent.', 1),
  currency: Currency,
  strict: Type.Boolean({
    description: 'Refuse unknown keys of a request; otherwise they are dropped.',
  }),
  versions: Type.Array(Type.Enum(['v1', 'v0']), {
    minItems: 1,
    maxItems: 2,
    description: 'The versions that its tills may use.',
  }),
  test: Type.Boolean({ description: 'Every well-formed virtual card machine exists here.' }),
  timeZone: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'Time zone of payment times, such as Europe/London.',
  }),
  signatureOnTimeout: Type.Enum(['accept', 'reject'], {
    description: 'How an unanswered signature counts.',
  }),
  patReports: Type.Boolean({ description: 'Send finished reports to the till at the table too.' }),
  strictCashback: Type.Boolean({
    description:
      'Refuse cashback that a card machine does not offer; otherwise the sale goes on without it.',
  }),
  finalReceiptMethod: Type.Enum(['finalPosReceiptRequest', 'finalPOSReceiptRequest'], {
    description: 'How its till at the table spells the request for the final receipt.',
  }),
  terminals: Type.Record(Type.String({ pattern: virtualTidPattern.source }), VirtualMachine, {
    ...closed,
    description: 'Its virtual card machines by tid; all of them, when changed.',
  }),
};

export const Site = Type.Object(
  {
    name: SiteName,
    ...settings,
    tokens: Type.Integer({ minimum: 0, description: 'How many tokens it has.' }),
  },
  { ...closed, title: 'Site', description: 'One shop.' },
);
export type Site = Static<typeof Site>;

const changeable = Type.Partial(Type.Object(settings, closed));

export const NewSite = Type.Object({ name: SiteName, ...changeable.properties }, closed);
/** A site to add. */
export type NewSite = Static<typeof NewSite>;

export const SiteChange = Type.Object(
  {
    ...changeable.properties,
    title: Type.Optional(
      Type.Union([settings.title, Type.Null()], {
        description: 'Heads the receipts; null: the name of the site.',
      }),
    ),
  },
  closed,
);
/** What changes of a site; what is absent stays. */
export type SiteChange = Static<typeof SiteChange>;

const Scopes = Type.Array(Type.Enum(['pac', 'pat']), {
  minItems: 1,
  maxItems: 2,
  description: 'What it gives access to: pay at counter, pay at table.',
});

export const Token = Type.Object(
  {
    id: Type.String({
      description: 'Beginning of its SHA-256; identifies it without disclosing it.',
    }),
    site: SiteName,
    label: Type.String({ description: 'Its label; "" if it has none.' }),
    scopes: Scopes,
    createdAt: Timestamp('When it was made.'),
    expiresAt: Type.Optional(Timestamp('Opens nothing from then on.')),
    lastUsedAt: Type.Optional(Timestamp('Last connection with it, to the minute.')),
    expired: Type.Boolean({ description: 'Whether that time is over.' }),
  },
  { ...closed, title: 'Token', description: 'A token of a till, without the token itself.' },
);
export type Token = Static<typeof Token>;

export const NewToken = Type.Object(
  {
    label: Type.Optional(SingleLineText('A label, such as "till 3".')),
    scopes: Type.Optional(Scopes),
    expiresAt: Type.Optional(Timestamp('Opens nothing from then on; never if absent.')),
  },
  closed,
);
/** A token to add. */
export type NewToken = Static<typeof NewToken>;

export const AddedToken = Type.Object(
  {
    ...Token.properties,
    token: Type.String({
      description: 'The token itself, returned only once: only its SHA-256 is stored.',
    }),
  },
  { ...closed, title: 'AddedToken' },
);
/** A new token, which is shown once. */
export type AddedToken = Static<typeof AddedToken>;

const tag = 'sites';
const tokens = 'tokens';

export const siteRoutes = {
  listSites: route({
    method: 'GET',
    path: '/sites',
    tag,
    access: 'operator',
    summary: 'List the sites.',
    answer: { status: 200, description: 'By name.', body: ListOf('sites', Site) },
  }),
  addSite: route({
    method: 'POST',
    path: '/sites',
    tag,
    access: 'operator of all sites',
    summary: 'Add a site.',
    body: NewSite,
    answer: { status: 201, description: 'The new site. It needs a token next.', body: Site },
    problems: ['alreadyThere'],
  }),
  readSite: route({
    method: 'GET',
    path: '/sites/{site}',
    tag,
    access: 'operator',
    summary: 'Show one site.',
    params: SiteParams,
    answer: { status: 200, description: 'The site.', body: Site },
    problems: ['notFound'],
  }),
  changeSite: route({
    method: 'PATCH',
    path: '/sites/{site}',
    tag,
    access: 'operator',
    summary: 'Change settings of a site; absent keys stay as they are.',
    params: SiteParams,
    body: SiteChange,
    answer: { status: 200, description: 'The site as it is now.', body: Site },
    problems: ['notFound'],
  }),
  removeSite: route({
    method: 'DELETE',
    path: '/sites/{site}',
    tag,
    access: 'operator of all sites',
    summary: 'Remove a site, its tokens and card machines; its transactions stay.',
    params: SiteParams,
    answer: { status: 204, description: 'Removed; its connections are closed within a second.' },
    problems: ['notFound'],
  }),
  listTokens: route({
    method: 'GET',
    path: '/sites/{site}/tokens',
    tag: tokens,
    access: 'operator',
    summary: 'List the tokens of a site.',
    params: SiteParams,
    answer: { status: 200, description: 'Oldest first.', body: ListOf('tokens', Token) },
    problems: ['notFound'],
  }),
  addToken: route({
    method: 'POST',
    path: '/sites/{site}/tokens',
    tag: tokens,
    access: 'operator',
    summary: 'Create a token; only this response contains it.',
    params: SiteParams,
    body: NewToken,
    answer: { status: 201, description: 'The new token.', body: AddedToken },
    problems: ['notFound'],
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/sites/{site}/tokens/{id}',
    tag: tokens,
    access: 'operator',
    summary: 'Revoke a token.',
    params: Type.Object(
      { ...SiteParams.properties, id: PathParam('Id of the token, as it is listed.') },
      closed,
    ),
    answer: { status: 204, description: 'Revoked; its connections are closed within a second.' },
    problems: ['notFound'],
  }),
} as const;
