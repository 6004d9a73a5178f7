// What is generated of `tillgate rehearse`: the page of its scenarios, rules and the messages of a driver, and the texts
// of the rules of PROTOCOL.md that its report cites.

import { integrations } from '@tillgate/protocol';
import { catalogue } from '../packages/server/src/cli/rehearse/catalogue.ts';
import type { DriverAnswer, DriverCommand } from '../packages/server/src/cli/rehearse/driver.ts';
import { beliefs } from '../packages/server/src/cli/rehearse/driver.ts';
import type { Rule } from '../packages/server/src/cli/rehearse/rule.ts';
import type { RuleName } from '../packages/server/src/cli/rehearse/rules.ts';
import { rules } from '../packages/server/src/cli/rehearse/rules.ts';
import { code, codeList, table } from './markdown.ts';
import { rule as contractRule } from './protocol-rules.ts';

export const CITED_RULES = 'packages/server/src/cli/rehearse/cited-rules.ts';

const INTRODUCTION = `# Scenarios, rules and driver of a rehearsal

Generated from \`packages/server/src/cli/rehearse\` by \`npm run generate\`; do not edit. [rehearse.md](rehearse.md) is the guide.
`;

type CommandName = DriverCommand['do'];
/** Of each member of the union that has this name. */
type CommandNamed<Name, Of = DriverCommand> = Of extends { readonly do: infer Names }
  ? Name extends Names
    ? Of
    : never
  : never;
type Field<Name extends CommandName> = Exclude<keyof CommandNamed<Name>, 'do'>;

/** Each command and each of its fields: the type checker finds what is missing here. */
type CommandRows = {
  readonly [Name in CommandName]: {
    readonly about: string;
    readonly fields: Readonly<Record<Field<Name>, string>>;
    /** What the answer may have. */
    readonly answer?: readonly (keyof DriverAnswer)[];
  };
};

const tid = 'the card machine';
const currency = 'such as GBP';
const amount = 'pence or cents';
const money = { tid, currency, amount };
const cashback = 'optional: pence or cents to hand out with a sale';

const commands: CommandRows = {
  sale: { about: 'Start a sale.', fields: { ...money, cashback } },
  refund: { about: 'Start a refund.', fields: { ...money, cashback: 'never with a refund' } },
  'pre-auth': { about: 'Reserve an amount.', fields: { ...money, cashback: 'never here' } },
  completion: {
    about: 'Take a reserved amount.',
    fields: { ...money, authCode: 'the authorisation code of the reservation' },
  },
  verify: {
    about: 'Check a card without taking money.',
    fields: { ...money, amount: 'always 0', cashback: 'never here' },
  },
  cancel: { about: 'Cancel what the card machine is doing.', fields: { tid } },
  report: {
    about: 'Ask for a report.',
    fields: { tid, type: 'such as END_OF_DAY' },
  },
  signature: {
    about: 'How staff answer the signature questions that come from now on.',
    fields: { answer: '`accept`, `reject`, or `none`: nobody answers' },
  },
  status: {
    about: 'Tell what the till holds for true of its last transaction.',
    fields: {},
    answer: ['outcome', 'amountTotal'],
  },
  receipts: {
    about: 'Tell what it has printed since it started its last transaction.',
    fields: {},
    answer: ['printed'],
  },
  'open-table': {
    about: 'Open a table with a bill.',
    fields: { table: 'its number', currency, amount: 'the bill, pence or cents' },
  },
  'table-status': {
    about: 'Tell what the till holds of a table.',
    fields: { table: 'its number' },
    answer: ['left', 'locked', 'gratuity'],
  },
};

const answers: Readonly<Record<keyof DriverAnswer, string>> = {
  unsupported: '`true`: the till cannot do that. The scenario is left out. To any command.',
  outcome: `How the till booked its last transaction: ${codeList(beliefs)}. \`unknown\`: staff are told to look; \`open\`: it is not over yet; \`refused\`: the gateway did not start it; \`none\`: there is none.`,
  amountTotal: 'What the customer paid in all, pence or cents.',
  printed:
    'The copies as they were printed: `slip` (to sign), `merchant`, `customer`; each an array of lines, a text or `{"value","format"}`.',
  left: 'What is still to pay, pence or cents.',
  locked: 'Whether a card machine holds the table.',
  gratuity: 'Gratuities booked on the table, pence or cents.',
};

export function rehearsePage(): string {
  return [
    INTRODUCTION,
    '## Commands of a driver\n',
    commandTable(),
    '## Answers of a driver\n',
    'The answer is one JSON object; every field may be absent, and so may the answer.\n',
    answerTable(),
    '## Rules\n',
    '`must`: money is at risk. The numbers are those of [PROTOCOL.md](../PROTOCOL.md).\n',
    ruleTable(),
    ...(['pac', 'pat'] as const).flatMap(scenarioTable),
  ].join('\n');
}

function commandTable(): string {
  const rows = Object.entries(commands).map(([name, { about, fields, answer = [] }]) => [
    code(name),
    about,
    Object.entries(fields)
      .filter(([, text]) => !text.startsWith('never'))
      .map(([field, text]) => `${code(field)}: ${text}`)
      .join('; '),
    answer.map(code).join(', '),
  ]);
  return table(['`do`', 'The till is to', 'Fields', 'Fields of the answer'], rows);
}

function answerTable(): string {
  const rows = Object.entries(answers).map(([field, about]) => [code(field), about]);
  return table(['Field', 'Meaning'], rows);
}

function ruleTable(): string {
  const rows = Object.entries(rules).map(([name, { severity, about, cites }]: [string, Rule]) => [
    code(name),
    severity,
    about,
    cites.map((number) => `[${number}](../${contractRule(number).place})`).join(', '),
  ]);
  return table(['Rule', 'Severity', 'The till', 'From'], rows);
}

function scenarioTable(integration: 'pac' | 'pat'): readonly string[] {
  const own = catalogue.filter((one) => one.integration === integration);
  const rows = own.map(({ name, about, versions, rules: tried }) => [
    code(name),
    versions.join(' '),
    about,
    uncommon(tried, own).map(code).join(', '),
  ]);
  const common = own[0]?.rules.filter((name) => own.every((one) => one.rules.includes(name))) ?? [];
  return own.length === 0
    ? []
    : [
        `## Scenarios: ${integrations[integration].title.toLowerCase()}\n`,
        `${own.length} scenarios. Each tries ${[...common.map(code), 'the rules that it names'].join(', ')}.\n`,
        table(['Scenario', 'Versions', 'What happens', 'Rules'], rows),
      ];
}

/** Those that not every scenario tries. */
function uncommon(
  tried: readonly RuleName[],
  all: readonly { readonly rules: readonly RuleName[] }[],
): readonly RuleName[] {
  return tried.filter((name) => !all.every((one) => one.rules.includes(name)));
}

/** The module of the server that has the texts. */
export function citedRulesModule(): string {
  const numbers = new Set(Object.values(rules).flatMap(({ cites }: Rule) => cites));
  const rows = [...numbers]
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((number) => property(number, plain(contractRule(number).text)));
  return [
    '// The texts of the rules of PROTOCOL.md that a rehearsal cites, for its report. Generated by `npm run generate`; do',
    '// not edit.',
    '',
    'export const citedRules: Readonly<Record<string, string>> = {',
    ...rows,
    '};',
    '',
  ].join('\n');
}

/** Markdown without links and bold words; code words stay. */
function plain(text: string): string {
  return text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('**', '');
}

const WIDTH = 100;

/** As Biome formats it. */
function property(key: string, text: string): string {
  const quote = text.includes("'") ? '"' : "'";
  if (text.includes("'") && text.includes('"')) throw new Error(`${key} has both quotes.`);
  const value = `${quote}${text.replaceAll('\\', '\\\\')}${quote},`;
  const line = `  '${key}': ${value}`;
  return line.length <= WIDTH ? line : `  '${key}':\n    ${value}`;
}
