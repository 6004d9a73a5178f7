// Every setting of the gateway: one table for flags, TILLGATE_* variables, the configuration file and
// its published schema. Times are in seconds; names are those of chapter 11 of PROTOCOL.md.

import type { Static } from 'typebox';
import Type from 'typebox';

const seconds = (value: number, description: string) =>
  Type.Number({ default: value, minimum: 0, description });
const count = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, description });
const flag = (description: string) => Type.Boolean({ default: false, description });
const text = (value: string, description: string) => Type.String({ default: value, description });
/** Left to another setting or to chance unless it is given. */
const optionalText = (description: string) => Type.Optional(Type.String({ description }));
const optionalSeconds = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, description }));

export const Settings = Type.Object(
  {
    host: text('127.0.0.1', 'Address to listen on. Others than this machine need TLS.'),
    port: Type.Integer({
      default: 8765,
      minimum: 0,
      maximum: 65_535,
      description: 'Port to listen on; 0 picks a free one.',
    }),
    data: text('.tillgate', 'Folder of the journal; "memory" keeps nothing.'),
    defaultSite: text('testhost', 'Site that localhost and IP addresses lead to.'),
    testSite: Type.Boolean({
      default: true,
      description: 'Make the test site "testhost" if there is no site yet.',
    }),
    tls: Type.Optional(
      Type.Enum(['self-signed'], { description: 'Serve wss with a certificate made on the spot.' }),
    ),
    tlsCert: optionalText('PEM file of the certificate; read again on SIGHUP.'),
    tlsKey: optionalText('PEM file of its key; read again on SIGHUP.'),
    allowPlain: flag('Serve plain ws beyond this machine. Tokens then travel in clear.'),
    behindProxy: flag('A proxy in front ends TLS and sets X-Forwarded-For and -Proto.'),
    logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least important line to log; debug shows warnings to till developers.',
    }),
    pace: text('realistic', 'Virtual card machines: realistic, instant, or a factor such as 10.'),
    seed: text('tillgate', 'Virtual card machines: the same seed gives the same numbers.'),
    openOnLoopback: Type.Boolean({
      default: true,
      description: 'The console needs no key while only this machine can reach the gateway.',
    }),
    operatorSession: seconds(43_200, 'An operator who signed in must do so again after it.'),
    auditRetention: seconds(31_536_000, 'How long it is kept who changed what.'),
    trafficMemory: Type.Number({
      default: 8,
      minimum: 0,
      maximum: 1024,
      description: 'MiB of the last frames that the console can still show; 0 keeps none.',
    }),
    retention: seconds(259_200, 'How long ended transactions are kept; without it disks fill up.'),
    maxConnectionsPerSite: count(100, 'pac connections of a site; guards against runaway tills.'),
    failedAttempts: count(30, 'Wrong tokens a minute from one address before it must wait.'),
    pingInterval: Type.Number({
      default: 20,
      minimum: 0.1,
      description: 'Between pings; without them a dead socket looks alive.',
    }),
    pingMisses: count(2, 'Intervals of silence before a connection is dropped.'),
    handshakeTimeout: seconds(10, 'For an upgrade to finish; guards against half-open sockets.'),
    closeTimeout: seconds(5, "For the till's half of a close; then the socket is dropped."),
    signatureTimeout: Type.Number({
      default: 80,
      minimum: 1,
      description: 'To judge a signature; then the site setting decides.',
    }),
    transactionLimit: seconds(200, 'From hand-over to outcome; then TIMED_OUT.'),
    cnpLimit: seconds(400, 'The same when the cardholder is not present.'),
    reportLimit: seconds(120, 'From hand-over to the finished report; then TIMED_OUT.'),
    patRequestLimit: seconds(10, 'For an answer of a till at the table.'),
    tableIdle: seconds(900, 'Without a word from the waiter; then the table is told and unlocked.'),
    terminalAnswer: seconds(10, 'For a card machine to answer; then it counts as unavailable.'),
    terminalMessages: count(
      200,
      'Messages of a card machine in 10 s; guards tills against floods.',
    ),
    resultHold: seconds(86_400, 'An undelivered result waits for its till.'),
    slowConsumer: seconds(10, 'Data may wait for a slow till; then the socket is closed.'),
    badMessages: seconds(60, 'In which 20 unusable messages close a connection.'),
    drain: seconds(30, 'For running transactions to end when the gateway stops.'),
    virtualStep: optionalSeconds('Virtual card machines: between two values (0.5).'),
    virtualCard: optionalSeconds('Virtual card machines: at PRESENT_CARD (2).'),
    virtualPin: optionalSeconds('Virtual card machines: at PIN_ENTRY (2).'),
    virtualSilence: optionalSeconds('Virtual card machines: silence of result T (10).'),
    virtualReport: optionalSeconds('Virtual card machines: a report (2).'),
  },
  {
    additionalProperties: false,
    title: 'Tillgate configuration',
    description: 'Settings of a Tillgate gateway; times are in seconds.',
  },
);
export type Settings = Static<typeof Settings>;

/** The settings whose values are the chapter 11 of the contract [C-11.1]. */
export const timingNames = [
  'pingInterval',
  'pingMisses',
  'handshakeTimeout',
  'closeTimeout',
  'signatureTimeout',
  'transactionLimit',
  'cnpLimit',
  'reportLimit',
  'patRequestLimit',
  'tableIdle',
  'terminalAnswer',
  'resultHold',
  'slowConsumer',
  'badMessages',
  'drain',
] as const satisfies readonly (keyof Settings)[];

/** All defaults; what has none is left out. */
export function defaultSettings(): Settings {
  const properties = Object.entries(Settings.properties as Record<string, { default?: unknown }>);
  const defaults = properties
    .filter(([, schema]) => schema.default !== undefined)
    .map(([name, schema]) => [name, schema.default]);
  return Object.fromEntries(defaults) as Settings;
}
