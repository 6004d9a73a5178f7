import type { Static } from '@tillgate/protocol';
import { Type } from '@tillgate/protocol';

// Every setting of the gateway: one table for flags, TILLGATE_* variables, the configuration file and
// its published schema. Times are in seconds; names are those of chapter 11 of PROTOCOL.md.

/** The longest time of a setting: 100 years. A deadline computed with it is still a date. */
const LONGEST_TIME_S = 3_153_600_000;
/** The longest time that a timer of Node or ws keeps, 24.8 days: for limits which they enforce. */
const LONGEST_LIBRARY_TIME_S = 2_147_483;
/** The longest time between two HTTP requests: a day. */
const LONGEST_PAUSE_S = 86_400;

const seconds = (
  value: number,
  description: string,
  { minimum = 0, maximum = LONGEST_TIME_S } = {},
) => Type.Number({ default: value, minimum, maximum, description });
const count = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, description });
const budget = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, description });
const flag = (description: string) => Type.Boolean({ default: false, description });
const text = (value: string, description: string) => Type.String({ default: value, description });
/** Left to another setting or to chance unless it is given. */
const optionalText = (description: string) => Type.Optional(Type.String({ description }));
const optionalSeconds = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: LONGEST_TIME_S, description }));

/** The schema of the settings. */
export const Settings = Type.Object(
  {
    host: text('127.0.0.1', 'Address to listen on. An address beyond loopback needs TLS.'),
    port: Type.Integer({
      default: 8765,
      minimum: 0,
      maximum: 65_535,
      description: 'Port to listen on; 0 picks a free one.',
    }),
    data: text('.tillgate', 'Folder of the journal; "memory" keeps nothing.'),
    store: optionalText(
      'PostgreSQL database in place of the folder, shared by several nodes: postgres://USER@HOST/DATABASE.',
    ),
    clusterSecret: optionalText(
      'Shared by the nodes of one database, at least 32 characters; other nodes prove themselves by it.',
    ),
    otherClusterSecret: optionalText(
      'Accepted of other nodes besides clusterSecret, while the secret of a cluster is exchanged.',
    ),
    nodeName: optionalText(
      'Name of this node, which no other has; the name of the machine with nodePort if absent.',
    ),
    nodeHost: text(
      '127.0.0.1',
      'Address at which other nodes reach this one; never the public one.',
    ),
    nodePort: Type.Integer({
      default: 8766,
      minimum: 1,
      maximum: 65_535,
      description: 'Port at which other nodes reach this one.',
    }),
    nodeLease: seconds(
      8,
      'How long a node may not have renewed its lease until others take its sites; the same for all nodes.',
      { minimum: 1, maximum: 3_600 },
    ),
    defaultSite: text('testhost', 'Site of localhost and IP addresses.'),
    testSite: Type.Boolean({
      default: true,
      description: 'Create the test site "testhost" if there is no site yet.',
    }),
    tls: Type.Optional(
      Type.Enum(['self-signed'], {
        description:
          'Serve wss with a certificate of its own for localhost, kept in the data folder.',
      }),
    ),
    tlsCert: optionalText('PEM file of the certificate; read again on SIGHUP.'),
    tlsKey: optionalText('PEM file of its key; read again on SIGHUP.'),
    allowPlain: flag('Serve plain ws beyond loopback. Tokens are then not encrypted.'),
    behindProxy: flag('A proxy terminates TLS and sets X-Forwarded-For and -Proto.'),
    logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Lowest level to log; debug shows warnings to till developers.',
    }),
    logAmounts: flag('Log the amount of each payment that ended.'),
    refusalLines: count(5, 'Refused handshakes a minute from one address that are logged.'),
    testControl: flag(
      'For tests of tills: the admin API can move the clock. Only with data "memory", at loopback.',
    ),
    pace: text('realistic', 'Virtual card machines: realistic, instant, or a factor such as 10.'),
    seed: text('tillgate', 'Virtual card machines: the same seed gives the same numbers.'),
    openOnLoopback: Type.Boolean({
      default: true,
      description: 'The console needs no key while only this machine can reach the gateway.',
    }),
    operatorSession: seconds(43_200, "Lifetime of an operator's session."),
    auditRetention: seconds(31_536_000, 'How long entries of the audit trail are kept.'),
    trafficMemory: Type.Number({
      default: 8,
      minimum: 0,
      maximum: 1024,
      description: 'MiB of the last messages kept for the console; 0 keeps none.',
    }),
    transactionFrames: Type.Number({
      default: 64,
      minimum: 0,
      maximum: 1024,
      description:
        'KiB of messages kept in the journal with each transaction, tokens and card numbers masked; 0 keeps none.',
    }),
    retention: seconds(259_200, 'How long ended transactions are kept; without it disks fill up.'),
    maxConnectionsPerSite: count(100, 'pac connections of a site; guards against runaway tills.'),
    connectionMessages: budget(
      1_000,
      'Messages a second of one connection; beyond it, it is read more slowly. 0: no limit.',
    ),
    siteMessages: budget(2_000, 'The same for all connections of a site together.'),
    addressMessages: budget(
      4_000,
      'The same for all connections from one address (IPv4) or /64 network (IPv6).',
    ),
    maxPendingSockets: count(
      4096,
      'Sockets that are no WebSockets; beyond it the one that waits longest is dropped.',
    ),
    maxPendingSocketsPerAddress: count(
      512,
      'The same from one address, or IPv6 network (/64); without effect behind a proxy.',
    ),
    failedAttempts: count(30, 'Wrong tokens a minute from one address before it is throttled.'),
    pingInterval: seconds(20, 'Time between pings, which detect dead connections.', {
      minimum: 0.1,
    }),
    pingMisses: count(2, 'Ping intervals without a received frame before a connection is dropped.'),
    handshakeTimeout: seconds(
      10,
      'Time limit of a TLS handshake, and of a request; guards against half-open connections.',
      { minimum: 0.1, maximum: LONGEST_LIBRARY_TIME_S },
    ),
    keepAliveTimeout: seconds(5, 'Time between two HTTP requests; then the socket is closed.', {
      minimum: 0.1,
      maximum: LONGEST_PAUSE_S,
    }),
    responseTimeout: seconds(
      20,
      'How long data of HTTP responses may wait for a slow client; then it is dropped.',
    ),
    closeTimeout: seconds(
      5,
      "Time limit of the client's close, also after a refusal; then the connection is dropped.",
      { maximum: LONGEST_LIBRARY_TIME_S },
    ),
    signatureTimeout: seconds(
      80,
      "Time limit to check a signature; then the site's setting decides.",
      { minimum: 1 },
    ),
    startLimit: seconds(
      10,
      'Time limit to journal the start of a payment; then it ends without a card machine.',
    ),
    transactionLimit: seconds(200, 'Time limit from hand-over to outcome; then TIMED_OUT.'),
    cnpLimit: seconds(400, 'The same limit when the cardholder is not present.'),
    reportLimit: seconds(120, 'Time limit from hand-over to the finished report; then TIMED_OUT.'),
    patRequestLimit: seconds(10, 'Time limit of an answer of a till at the table.'),
    tableIdle: seconds(900, 'Time without a message from the waiter; then the session ends.'),
    terminalAnswer: seconds(
      10,
      'Time limit of an answer of a card machine; then it is unavailable.',
    ),
    terminalMessages: count(
      200,
      'Maximum messages of a card machine in 10 s; protects tills from floods.',
    ),
    resultHold: seconds(86_400, 'How long an undelivered result is kept for its till.'),
    slowConsumer: seconds(
      10,
      'How long data may wait for a slow till; then the connection is closed.',
    ),
    badMessages: seconds(60, 'Period in which 20 invalid messages close a connection.'),
    drain: seconds(30, 'Time for open transactions to end when the gateway stops.'),
    virtualStart: optionalSeconds('Virtual card machines: time before the first value (1).'),
    virtualStep: optionalSeconds('Virtual card machines: time between two values (0.28).'),
    virtualCard: optionalSeconds('Virtual card machines: time at PRESENT_CARD (4.1).'),
    virtualNoCard: optionalSeconds('Virtual card machines: time without a card, then cancel (60).'),
    virtualPin: optionalSeconds('Virtual card machines: time at PIN_ENTRY (1.1).'),
    virtualRemove: optionalSeconds('Virtual card machines: time at REMOVE_CARD (1.1).'),
    virtualSilence: optionalSeconds(
      'Virtual card machines: time without messages of result T (10).',
    ),
    virtualReport: optionalSeconds('Virtual card machines: duration of a report (2).'),
  },
  {
    additionalProperties: false,
    title: 'TillgateSettings',
    description: 'Settings of a Tillgate gateway; times are in seconds.',
  },
);
export type Settings = Static<typeof Settings>;

/** The settings whose values are the chapter 11 of the contract [C-11.1]. */
export const timingNames = [
  'pingInterval',
  'pingMisses',
  'handshakeTimeout',
  'keepAliveTimeout',
  'responseTimeout',
  'closeTimeout',
  'signatureTimeout',
  'startLimit',
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
