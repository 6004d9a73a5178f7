// `tillgate rehearse`: plays the catalogue of evil days with a till, and says what the till did wrong.

import type { Version } from '@tillgate/protocol';
import type { GatewayValues } from '../admin/gateway-api.ts';
import { gatewayOptions } from '../admin/gateway-api.ts';
import { command as define, nearest } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { layTerms } from '../layout.ts';
import { clean, columnsOfStream, hint, print } from '../output.ts';
import { BrokenOff, breakOffOnSignals, reasonOf, unlessEnded } from './broken-off.ts';
import { catalogue } from './catalogue.ts';
import type { Driver } from './driver.ts';
import { httpDriver, lineDriver, personDriver, programDriver } from './driver.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';
import { Recording } from './recording.ts';
import type { PlayedRehearsal } from './report-data.ts';
import { openReportFolder, writeReports } from './report-folder.ts';
import { showScenario, showSummary } from './report-terminal.ts';
import type { Rehearsal } from './run-scenario.ts';
import { PERSON_LIMIT_MS, runScenario, TID_START, WAIT_LIMIT_MS } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { BOTH_VERSIONS } from './scenario.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { isPassed } from './scenario-result.ts';
import type { TillEnvironment, TillProcess } from './till-process.ts';
import { startTill } from './till-process.ts';
import { TillProxy } from './till-proxy.ts';

/** Longest name of a scenario that has its explanation beside it. */
const MAX_NAME = 27;
/** Width of the names of all versions. */
const VERSIONS = BOTH_VERSIONS.join(' ').length;

/** The sides of a till, as `--at` names them. */
const integrations: Readonly<Record<string, Scenario['integration']>> = {
  counter: 'pac',
  table: 'pat',
};

export const command = define({
  usage: 'rehearse [options]',
  about: [
    'Starts a gateway of its own with virtual card machines, plays a catalogue of scenarios with a till, and says',
    'what the till did wrong: payments taken twice, outcomes mistaken, questions left open.',
    'With --till it starts the till, which finds its addresses in CONNECT_PAC_URI and CONNECT_PAT_URI; otherwise',
    'it prints them and waits. What the till has to do is pressed by --driver: a command line that gets',
    '{"do":"sale","amount":1250,...} on its stdin, or an address to which it is posted. Without --driver the till',
    'that was started gets these as lines on its stdin, and without --till a person is told.',
    'Exit code: no "must" failed 0, otherwise 1, wrong use 2, the till or gateway did not start 4.',
  ],
  options: {
    till: { type: 'string', value: 'COMMAND', about: 'Starts the till.' },
    driver: { type: 'string', value: 'COMMAND|URL', about: 'Presses the keys of the till.' },
    only: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      about: 'This scenario only; may be given several times.',
    },
    at: {
      type: 'string',
      choices: Object.keys(integrations),
      about: 'Scenarios of this side only, for a till that has one.',
    },
    'api-version': {
      type: 'string',
      choices: ['v1', 'v0'],
      about: 'In the addresses for the till [v1]; the version that the till asks for counts.',
    },
    list: { type: 'boolean', about: 'List the scenarios, each with the versions it is played in.' },
    report: { type: 'string', value: 'DIR', about: 'Write the reports into this folder.' },
    gateway: {
      type: 'string',
      value: 'URL',
      about: 'Uses this gateway, which has --test-control and no till; none is started.',
    },
    key: gatewayOptions.key,
  },
  run: async (values) => {
    if (values.list) return list();
    const scenarios = chosen(values);
    const folder = values.report;
    if (folder !== undefined) openReportFolder(folder);
    const startedAt = new Date();
    const ending = new AbortController();
    const unsubscribe = breakOffOnSignals(ending);
    try {
      const end = await rehearse(scenarios, values, ending);
      const notPlayed = scenarios.slice(end.results.length).map(({ name }) => name);
      const played = { ...end, notPlayed, startedAt, endedAt: new Date(), commands: values };
      showSummary(played);
      if (folder !== undefined) hint(`Reports: ${clean(writeReports(folder, played))}`);
      const isGood = isPassed(end.results) && end.brokenOff === undefined;
      return isGood ? exitCode.done : exitCode.refused;
    } finally {
      unsubscribe();
    }
  },
});

interface RehearsalValues extends GatewayValues {
  readonly till?: string;
  readonly driver?: string;
  readonly 'api-version'?: string;
}

type RehearsalEnd = Pick<PlayedRehearsal, 'results' | 'brokenOff'>;

/** Plays the scenarios; gives the results so far if the rehearsal is broken off. Leaves no process behind. */
async function rehearse(
  scenarios: readonly Scenario[],
  values: RehearsalValues,
  ending: AbortController,
): Promise<RehearsalEnd> {
  const gateway = await (values.gateway === undefined
    ? GatewayUnderTest.start(ending)
    : GatewayUnderTest.use(values, ending));
  const recording = new Recording(ending.signal);
  const proxy = await TillProxy.start(gateway.addresses.http, recording.startedAt);
  const way = { gateway, proxy, version: versionIn(values['api-version']) };
  const till = values.till === undefined ? undefined : new StartedTill(values.till, way);
  const tillEnded = () => till?.running?.ended;
  const driver = driverOf(values.driver, { till, ending: ending.signal });
  const parts = { ...way, driver, recording, tillEnded, ending: ending.signal };
  void gateway.record(recording);
  const results: ScenarioResult[] = [];
  try {
    if (till) await unlessEnded(ending.signal, till.restart());
    else showAddresses(tillAddresses(way));
    const rehearsal = { ...parts, version: await spokenVersion(parts) };
    const brokenOff = await playAll(scenarios, { rehearsal, till, results });
    return { results, brokenOff };
  } catch (cause) {
    return { results, brokenOff: reasonOf(cause) };
  } finally {
    await till?.running?.stop();
    await proxy.close();
    await gateway.stop();
  }
}

interface Playing {
  readonly rehearsal: Rehearsal;
  readonly till: StartedTill | undefined;
  /** Takes each result as it comes. */
  readonly results: ScenarioResult[];
}

/** Gives the reason if it was broken off in the middle of a scenario. */
async function playAll(
  scenarios: readonly Scenario[],
  { rehearsal, till, results }: Playing,
): Promise<string | undefined> {
  for (const scenario of scenarios) {
    const result = await play(scenario, rehearsal);
    results.push(result);
    if (result.state === 'broken off') return result.reason;
    if (!till || !isTillAway(result, rehearsal)) continue;
    if (scenario.endsTill) await rehearsal.gateway.renewToken();
    await unlessEnded(rehearsal.ending, till.restart());
  }
  return undefined;
}

/** The version that the till asks for first, which need not be that of its address. Throws if it ends without asking. */
async function spokenVersion({
  recording,
  proxy,
  driver,
  tillEnded,
  version,
}: Rehearsal): Promise<Version> {
  const hasAsked = () => proxy.handshakes.length > 0 || tillEnded() !== undefined;
  await recording.until(hasAsked, driver.canTell ? WAIT_LIMIT_MS : PERSON_LIMIT_MS);
  const [first] = proxy.handshakes;
  if (first) return versionIn(first.version);
  const ended = tillEnded();
  if (ended === undefined) return version;
  throw new BrokenOff(`The till ended with ${ended} before it had asked for a connection.`);
}

function versionIn(given = 'v1'): Version {
  return given === 'v0' ? 'v0' : 'v1';
}

/** How the till comes to the gateway. */
type Way = Pick<Rehearsal, 'gateway' | 'proxy' | 'version'>;

/** Where the till connects. */
function tillAddresses({ gateway, proxy, version }: Way): TillEnvironment {
  const { pac, pat } = gateway.addresses;
  const through = (uri: string) =>
    proxy.through(uri).replace('api-version=v1', `api-version=${version}`);
  return { pac: through(pac), pat: through(pat) };
}

async function play(scenario: Scenario, rehearsal: Rehearsal): Promise<ScenarioResult> {
  const number = String(catalogue.indexOf(scenario) + 1).padStart(3, '0');
  const tid = `${TID_START}${number}${scenario.letters}`;
  const result = await runScenario(scenario, tid, rehearsal);
  showScenario(result);
  return result;
}

/** Whether the till needs a new start, which also forgets how long it waits before it connects again. */
function isTillAway(
  { scenario, evidence }: ScenarioResult,
  { tillEnded }: Pick<Rehearsal, 'tillEnded'>,
): boolean {
  return scenario.endsTill === true || evidence.cutAtMs.length > 0 || tillEnded() !== undefined;
}

/** The till that the rehearsal starts, and starts again. */
class StartedTill {
  readonly #commandLine: string;
  readonly #way: Way;
  running: TillProcess | undefined;

  constructor(commandLine: string, way: Way) {
    this.#commandLine = commandLine;
    this.#way = way;
  }

  async restart(): Promise<void> {
    await this.running?.stop();
    await this.#way.gateway.untilNobodyIsConnected();
    const addresses = tillAddresses(this.#way);
    this.running = startTill(this.#commandLine, addresses, (line) => hint(clean(line)));
  }
}

function list(): number {
  const terms = catalogue.map(
    ({ name, about, versions }) =>
      [name, `${versions.join(' ').padEnd(VERSIONS)}  ${about}`] as const,
  );
  print(layTerms(terms, { most: MAX_NAME, width: columnsOfStream(process.stdout) }).join('\n'));
  return exitCode.done;
}

interface Choice {
  readonly only?: readonly string[];
  readonly at?: string;
}

function chosen({ only: names = [], at }: Choice): readonly Scenario[] {
  const known = catalogue.map(({ name }) => name);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) {
    const side = sideOf(at);
    return catalogue
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .filter(({ integration }) => side === undefined || integration === side);
  }
  const near = nearest(wrong, known);
  const meant = near ? ` Did you mean "${near}"?` : '';
  throw new UsageError(
    `--only: unknown scenario "${clean(wrong)}".${meant}\nScenarios: ${commandText('rehearse --list')}`,
  );
}

function sideOf(at: string | undefined): Scenario['integration'] | undefined {
  if (at === undefined) return undefined;
  if (Object.hasOwn(integrations, at)) return integrations[at];
  throw new UsageError(`--at: expected ${Object.keys(integrations).join(' or ')}.`);
}

interface DriverParts {
  readonly till: StartedTill | undefined;
  readonly ending: AbortSignal;
}

function driverOf(given: string | undefined, { till, ending }: DriverParts): Driver {
  if (given === undefined) return till ? lineDriver(() => till.running) : personDriver;
  const url = URL.parse(given);
  return url && /^https?:$/.test(url.protocol)
    ? httpDriver(url, ending)
    : programDriver(given, ending);
}

function showAddresses({ pac, pat }: TillEnvironment): void {
  print('Connect your till to:');
  print(`  pay at counter  ${pac}`);
  print(`  pay at table    ${pat}`);
  print();
}
