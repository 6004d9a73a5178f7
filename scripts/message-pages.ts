// A page for each message, a request and its answer on one, and the page that lists them all.

import type { Dialect, Exchange, Integration, Message } from '@tillgate/protocol';
import { exchangesOf, integrations, integrationsOf } from '@tillgate/protocol';
import { code, readableJson, table } from './markdown.ts';
import { FIELD_COLUMNS, fieldRows } from './message-fields.ts';
import { rule } from './protocol-rules.ts';

/** Where the pages lie, from the top of the repository. */
export const MESSAGE_PAGES = 'docs/messages';

const GENERATED =
  'Generated from the declarations in `packages/protocol/src/dialect` by `npm run generate`; ' +
  'do not edit.';
/** From a page to the top of the repository. */
const TOP = '../../../..';

/** The texts of all pages by path. */
export function messagePages(dialects: readonly Dialect[]): readonly (readonly [string, string])[] {
  const pages = dialects.flatMap((dialect) =>
    exchangesOf(dialect).map(
      (exchange) =>
        [
          `${MESSAGE_PAGES}/${pathOf(dialect, exchange)}`,
          page(dialect, exchange, dialects),
        ] as const,
    ),
  );
  return [[`${MESSAGE_PAGES}/README.md`, indexPage(dialects)], ...pages];
}

function pathOf({ version }: Dialect, { integration, name }: Exchange): string {
  return `${version}/${integration}/${name}.md`;
}

function indexPage(dialects: readonly Dialect[]): string {
  const parts = dialects.flatMap((dialect) =>
    integrationsOf(dialect).map((integration) => listing(dialect, integration)),
  );
  return `# Messages\n\n${GENERATED}\n\n${HOW_TO_READ}\n${parts.join('\n')}`;
}

const HOW_TO_READ = `This is every message of the wire, by version and by kind of connection. A page has the fields of a
request and of its answer, examples, and the rules of [PROTOCOL.md](../../PROTOCOL.md) that apply.

- A field is named by its path from the top of the message. \`[]\` stands for each item of an array, \`*\` for
  each key of an object whose keys are defined by the shop.
- No other keys are allowed: a message with an unknown key is refused, unless the site's settings permit it (C-3.5).
- Amounts are integers in pence or cents.

The messages are also published as [raw JSON Schemas](../../schemas/index.json), one per message, as
[one schema](../../schemas/bundle.json), and as [AsyncAPI](../../schemas/asyncapi.json) and OpenRPC documents. A gateway
serves them under \`/schemas\`. [Schemas and generated code](../schemas.md) says which file is for what.
`;

function listing(dialect: Dialect, integration: Integration): string {
  const exchanges = exchangesOf(dialect).filter((one) => one.integration === integration);
  const rows = exchanges.map((exchange) => [
    `[${exchange.name}](${pathOf(dialect, exchange)})`,
    exchange.kind === 'error' ? 'error message' : exchange.kind,
    direction(exchange.message),
    String(about(exchange.message).title),
  ]);
  const { title, summary } = integrations[integration];
  const heading = `## ${title}, ${dialect.version}`;
  return `${heading}\n\n${summary}\n\n${table(['Message', 'Kind', 'Direction', 'What for'], rows)}`;
}

function direction({ sender, integration }: Message): string {
  if (sender === 'either') return 'either way';
  return sender === 'gateway'
    ? `gateway → ${integrations[integration].partner}`
    : `${sender} → gateway`;
}

function page(dialect: Dialect, exchange: Exchange, dialects: readonly Dialect[]): string {
  const { name, message, response, kind } = exchange;
  const { title, description } = about(message);
  const own = { request: 'Request', notification: 'Notification', error: 'Message' }[kind];
  return [
    `# ${name}\n\n${GENERATED}\n\n**${title}.** ${description}\n`,
    facts(dialect, exchange, dialects),
    section(own, message),
    ...(response ? [section('Answer', response)] : []),
    ruleList([message, ...(response ? [response] : [])]),
  ].join('\n');
}

function facts(dialect: Dialect, exchange: Exchange, dialects: readonly Dialect[]): string {
  const { integration, name, message, response } = exchange;
  const { version } = dialect;
  const schemas = [message, ...(response ? [response] : [])].map((message) => {
    const file = `${message.name}.json`;
    return `[${file}](${TOP}/schemas/${version}/${integration}/${file})`;
  });
  const others = dialects
    .filter((other) => other !== dialect && exchangesOf(other).some((one) => isSame(one, exchange)))
    .map((other) => `[${other.version}](../../${pathOf(other, exchange)})`);
  const lines = [
    `${integrations[integration].title} (${code(integration)}), version ${code(version)}` +
      `${others.length > 0 ? `; also in ${others.join(', ')}` : ''}`,
    way(exchange),
    `Raw schema: ${schemas.join(', ')}`,
    `[All messages](../../README.md)${name === 'error' ? `, [all errors](${TOP}/docs/errors.md)` : ''}`,
  ];
  return `${lines.map((line) => `- ${line}\n`).join('')}`;
}

function isSame(one: Exchange, other: Exchange): boolean {
  return one.integration === other.integration && one.name === other.name;
}

function way({ message, response, kind }: Exchange): string {
  if (kind !== 'request') return `${direction(message)}, without an answer`;
  return `${direction(message)}; the ${response?.sender} answers, or sends an [error](error.md)`;
}

function section(name: string, message: Message): string {
  const { description, examples } = about(message);
  const intro = name === 'Answer' ? `${description}\n\n` : '';
  const blocks = examples.map((example) => `\`\`\`json\n${readableJson(example)}\n\`\`\`\n`);
  return [
    `## ${name}: ${direction(message)}\n`,
    `${intro}${table(FIELD_COLUMNS, fieldRows(message.schema))}`,
    blocks.length > 1 ? 'Examples:\n' : 'Example:\n',
    blocks.join('\n'),
  ].join('\n');
}

function ruleList(messages: readonly Message[]): string {
  const numbers = new Set(messages.flatMap((message) => message.rules));
  const lines = [...numbers].map((number) => {
    const { text, place } = rule(number);
    return `- [${number}](${TOP}/${place}): ${text}\n`;
  });
  return `## Rules\n\n${lines.join('')}`;
}

interface About {
  readonly title: string;
  readonly description: string;
  readonly examples: readonly unknown[];
}

function about({ schema }: Message): About {
  return schema as unknown as About;
}
