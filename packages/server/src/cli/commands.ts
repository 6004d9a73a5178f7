// The table of commands, in the order of the overview.

import type { Command } from './command.ts';

interface CommandEntry {
  readonly about: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  serve: { about: 'Run the gateway.', load: () => import('./serve.ts') },
  config: { about: 'Show the settings in force.', load: () => import('./config.ts') },
  ready: {
    about: 'Ask the gateway of this machine whether it accepts payments.',
    load: () => import('./ready.ts'),
  },
  'site add': { about: 'Add a site.', load: () => import('./admin/site-add.ts') },
  'site list': { about: 'List the sites.', load: () => import('./admin/site-list.ts') },
  'site show': { about: 'Show one site.', load: () => import('./admin/site-show.ts') },
  'site remove': {
    about: 'Remove a site and its tokens.',
    load: () => import('./admin/site-remove.ts'),
  },
  'token add': {
    about: 'Make a token for a site; it is printed once.',
    load: () => import('./admin/token-add.ts'),
  },
  'token list': {
    about: 'List tokens, not the tokens themselves.',
    load: () => import('./admin/token-list.ts'),
  },
  'token revoke': {
    about: 'Revoke a token; its connections are closed.',
    load: () => import('./admin/token-revoke.ts'),
  },
  'terminal add': {
    about: 'Let a card machine link; its pairing code is printed once.',
    load: () => import('./admin/terminal-add.ts'),
  },
  'terminal list': {
    about: 'List the card machines that link, and when each last sent something.',
    load: () => import('./admin/terminal-list.ts'),
  },
  'terminal behave': {
    about: 'Set how a virtual card machine behaves, and what it does that a TID cannot say.',
    load: () => import('./admin/terminal-behave.ts'),
  },
  'terminal revoke': {
    about: 'Revoke the key of a card machine; its connection is closed.',
    load: () => import('./admin/terminal-revoke.ts'),
  },
  'operator add': {
    about: 'Let somebody use the console; the key is printed once.',
    load: () => import('./admin/operator-add.ts'),
  },
  'operator list': {
    about: 'List who may use the console.',
    load: () => import('./admin/operator-list.ts'),
  },
  'operator remove': {
    about: 'Remove an operator.',
    load: () => import('./admin/operator-remove.ts'),
  },
  audit: { about: 'List who changed what.', load: () => import('./admin/audit.ts') },
  transactions: {
    about: 'List transactions from the journal.',
    load: () => import('./admin/transactions.ts'),
  },
  transaction: {
    about: 'Show what happened to one transaction, and its receipts.',
    load: () => import('./admin/transaction.ts'),
  },
  backup: {
    about: 'Copy the journal into a file, also while a gateway runs.',
    load: () => import('./admin/backup.ts'),
  },
  restore: {
    about: 'Make the journal of a folder from a backup.',
    load: () => import('./admin/restore.ts'),
  },
  listen: {
    about: 'Follow the messages on all connections of a running gateway.',
    load: () => import('./admin/listen.ts'),
  },
  logs: {
    about: 'Follow the payments of a running gateway, a line when one begins and ends.',
    load: () => import('./admin/logs.ts'),
  },
  'fault add': {
    about: 'Let something go wrong at a test site, exactly placed.',
    load: () => import('./admin/fault-add.ts'),
  },
  'fault list': {
    about: 'List the faults of a test site.',
    load: () => import('./admin/fault-list.ts'),
  },
  'fault remove': {
    about: 'Remove a fault, or all of a test site.',
    load: () => import('./admin/fault-remove.ts'),
  },
  open: {
    about: 'Open the console, the card machine or the documentation in a browser.',
    load: () => import('./open.ts'),
  },
  'shell-completion': {
    about: 'Print a script with which bash, zsh or fish completes commands and options.',
    load: async () => {
      const { shellCompletion } = await import('./shell-completion.ts');
      return { command: shellCompletion(commands) };
    },
  },
  terminals: {
    about: 'List the connected card machines.',
    load: () => import('./till/terminals.ts'),
  },
  sale: { about: 'Take a payment.', load: () => import('./till/sale.ts') },
  refund: { about: 'Give money back.', load: () => import('./till/refund.ts') },
  'pre-auth': { about: 'Reserve an amount.', load: () => import('./till/pre-auth.ts') },
  completion: { about: 'Take a reserved amount.', load: () => import('./till/completion.ts') },
  verify: { about: 'Check a card without taking money.', load: () => import('./till/verify.ts') },
  duplicate: {
    about: 'Show the last payment of a card machine.',
    load: () => import('./till/duplicate.ts'),
  },
  cancel: {
    about: 'Ask a card machine to give up what it is doing.',
    load: () => import('./till/cancel.ts'),
  },
  report: { about: 'Totals, banking or end of day.', load: () => import('./till/report.ts') },
  till: {
    about: 'Play a restaurant till: its tables are in a file.',
    load: () => import('./table-till/till.ts'),
  },
  'table list': {
    about: 'List the open tables of the till.',
    load: () => import('./waiter/list.ts'),
  },
  'table pay': { about: 'Take the payment of a table.', load: () => import('./waiter/pay.ts') },
  trigger: {
    about: 'Make a payment of a named kind happen on a virtual card machine.',
    load: () => import('./trigger/trigger.ts'),
  },
  rehearse: {
    about: 'Play a catalogue of faults with a till, and say what it did wrong.',
    load: () => import('./rehearse/rehearse.ts'),
  },
  send: {
    about: 'Type raw JSON at a socket and see it checked.',
    load: () => import('./send/send.ts'),
  },
};

interface CommandGroup {
  readonly title: string;
  readonly members: readonly string[];
}

export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'The gateway',
    members: ['serve', 'config', 'ready', 'listen', 'logs', 'open', 'shell-completion'],
  },
  {
    title: 'Its sites and journal, beside a running gateway',
    members: Object.keys(commands).filter((name) =>
      /^(site|token|terminal|operator) |^audit|^transaction|^backup|^restore/.test(name),
    ),
  },
  {
    title: 'A till',
    members: [
      'terminals',
      'sale',
      'refund',
      'pre-auth',
      'completion',
      'verify',
      'duplicate',
      'cancel',
      'report',
    ],
  },
  { title: 'A till at the table', members: ['till'] },
  { title: 'A waiter at a virtual card machine', members: ['table list', 'table pay'] },
  {
    title: 'For till developers',
    members: ['trigger', 'rehearse', 'send', 'fault add', 'fault list', 'fault remove'],
  },
];
