// The report of `tillgate rehearse` as JSON: what was played with a till, and how it was judged.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import { closed, schemaFile, Timestamp } from './common-schemas.ts';
import { Frame } from './traffic.ts';

/** Frames that prove one failed verdict; a till that floods has more. */
export const MAX_PROOF_FRAMES = 50;
/** Characters of a sentence in the report; a longer one ends with `…`. */
export const MAX_REPORT_TEXT = 2_000;

const Sentence = (description: string) =>
  Type.String({ maxLength: MAX_REPORT_TEXT, description: `${description} A sentence.` });

const Count = (description: string) => Type.Integer({ minimum: 0, description });

const Verdict = Type.Object(
  {
    rule: Type.String({ description: 'Name of the rule, such as one-payment.' }),
    severity: Type.Enum(['must', 'should', 'noted'], {
      description: 'must: money is at risk.',
    }),
    about: Sentence('What a till does.'),
    cites: Type.Array(Type.String({ pattern: '^C-\\d+\\.\\d+$' }), {
      description: 'Numbers of the rules of PROTOCOL.md that it comes from.',
    }),
    passed: Type.Boolean({ description: 'Whether the till kept the rule.' }),
    why: Sentence('What was seen.'),
    frames: Type.Array(Type.Integer({ minimum: 1 }), {
      maxItems: MAX_PROOF_FRAMES,
      description: `Numbers of the frames that show it, the first ${MAX_PROOF_FRAMES}.`,
    }),
  },
  { ...closed, title: 'Verdict', description: 'How one rule was kept in one scenario.' },
);

const Scenario = Type.Object(
  {
    name: Type.String({ description: 'Unique, such as drop-before-result.' }),
    integration: Type.Enum(['pac', 'pat'], { description: 'At the counter or at the table.' }),
    about: Sentence('What happens to the till.'),
    tid: Type.String({ description: 'Its card machine.' }),
    state: Type.Enum(['done', 'not done', 'left out', 'broken off'], {
      description:
        'not done: something was waited for in vain. left out: the till cannot do what it needs. broken off: the ' +
        'rehearsal ended in the middle of it, so that nothing was judged.',
    }),
    passed: Type.Boolean({
      description:
        'Whether no must failed; false if it was not done or broken off, true if it was left out.',
    }),
    reason: Type.Optional(Sentence('Why it was not done, left out or broken off.')),
    durationMs: Count('How long it took, in milliseconds of real time.'),
    verdicts: Type.Array(Verdict, { description: 'In the order in which they were judged.' }),
    frames: Type.Array(Frame, {
      description:
        'The frames that prove its failed verdicts, in order; numbers are those of the rehearsal, ' +
        'times those of the clock of its gateway, which is moved on.',
    }),
  },
  { ...closed, title: 'Scenario', description: 'One scenario as it was played.' },
);

const Connection = Type.Object(
  {
    integration: Type.Enum(['pac', 'pat'], { description: 'What it was for.' }),
    version: Type.String({ description: 'Version of the wire, such as v1.' }),
    eposId: Type.Optional(Type.String({ description: 'The epos-id; absent if it has none.' })),
  },
  { ...closed, title: 'TillConnection', description: 'A way in which the till connected.' },
);

export const RehearsalReport = Type.Object(
  {
    tillgate: Type.String({ description: 'Version of Tillgate, such as 0.1.0.' }),
    startedAt: Timestamp('When the rehearsal began.'),
    endedAt: Timestamp('When it ended.'),
    till: Type.Object(
      {
        command: Type.Optional(
          Type.String({ description: 'Its command line, secrets masked; absent if not given.' }),
        ),
        driver: Type.Optional(
          Type.String({
            description:
              'Command line or address of its driver, secrets masked; absent if not given.',
          }),
        ),
        connections: Type.Array(Connection, { description: 'Each way once.' }),
      },
      { ...closed, description: 'The till that was rehearsed.' },
    ),
    passed: Type.Boolean({
      description: 'Whether no must failed, every scenario was done and nothing was broken off.',
    }),
    brokenOff: Type.Optional(
      Sentence('Why the rehearsal ended before everything was played; absent if it did not.'),
    ),
    counts: Type.Object(
      {
        done: Count('Scenarios that were done.'),
        notDone: Count('Scenarios in which something was waited for in vain.'),
        leftOut: Count('Scenarios that the till cannot do.'),
        brokenOff: Count('Scenarios in the middle of which the rehearsal ended: one at most.'),
        mustFailed: Count('Failed verdicts that put money at risk.'),
        shouldFailed: Count('Failed verdicts of what a till should do.'),
        notedFailed: Count('Failed verdicts that are only noted.'),
      },
      { ...closed, description: 'Sums.' },
    ),
    scenarios: Type.Array(Scenario, { description: 'In the order in which they were played.' }),
    notPlayed: Type.Array(Type.String(), {
      description:
        'Names of the scenarios that were not begun, because the rehearsal was broken off.',
    }),
  },
  {
    ...closed,
    title: 'RehearsalReport',
    description: 'What was played with a till by `tillgate rehearse`, and how it was judged.',
  },
);
export type RehearsalReport = Static<typeof RehearsalReport>;

/** File name of its raw JSON Schema. */
export const REHEARSAL_SCHEMA_FILE = 'rehearsal.json';

/** The schema as text, as it is stored and served. */
export function rehearsalSchema(): string {
  return schemaFile('rehearsal', RehearsalReport);
}
