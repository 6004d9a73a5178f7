// The page of words for outcomes and states, generated from the tables of the vocabulary.

import { api, approvals, connectionStates, outcomes, terminalStates } from '@tillgate/protocol';
import { code, table } from './markdown.ts';

const INTRODUCTION = `# Words for outcomes and states

Generated from the tables in \`packages/protocol/src/vocabulary\` by \`npm run generate\`; do not edit.

The console, the card machine page and the command line call an outcome by one word. The colours are names
that the dark and the light theme of the console have. Only SUCCESSFUL pays the bill (C-4.16 of
[PROTOCOL.md](../PROTOCOL.md)).
`;

export function outcomesPage(): string {
  const results = api.transactionResults.map((result) => {
    const { word, tone, icon, advice } = outcomes[result];
    return [code(result), word, tone, icon, advice];
  });
  const types = Object.entries(approvals).map(([type, { word, advice }]) => [
    code(type),
    word,
    advice,
  ]);
  const states = Object.values(terminalStates).map(({ word, tone, about }) => [word, tone, about]);
  const connections = Object.values(connectionStates).map(({ word, tone, icon, about }) => [
    ...[word, tone, icon, about],
  ]);
  return [
    INTRODUCTION,
    table(['Result', 'Word', 'Colour', 'Icon', 'For staff'], results),
    '## SUCCESSFUL, by type of transaction\n',
    table(['Type', 'Word', 'For staff'], types),
    '## States of card machines\n',
    table(['Word', 'Colour', 'Meaning'], states),
    '## States of connections\n',
    table(['Word', 'Colour', 'Icon', 'Meaning'], connections),
  ].join('\n');
}
