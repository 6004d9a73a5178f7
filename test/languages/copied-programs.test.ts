// The programs that Compose copies, each run as copied: it sends its message, prints what comes, and ends with the
// answer.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import type { GatewayAddress } from '../../packages/console/src/socket/gateway-address.ts';
import { EXAMPLE_TOKEN } from '../../packages/console/src/socket/gateway-address.ts';
import type { Copied, Written } from '../../packages/console/src/views/compose/copy-as.ts';
import {
  asCSharp,
  asGo,
  asJava,
  asJavaScript,
  asPhp,
  asPython,
} from '../../packages/console/src/views/compose/copy-programs.ts';
import { clientOf } from '../support/api/api-client.ts';
import { startProgram } from '../support/scenario/program.ts';
import { within } from '../support/wait.ts';
import type { Language } from './languages.ts';
import { GSON, goEnvironment, MONO, needTools, PYTHON, run } from './languages.ts';

interface ProgramLanguage extends Pick<Language, 'name' | 'packages' | 'probe'> {
  readonly write: (written: Written) => Copied;
  readonly file: string;
  /** The command that runs `file` in `folder`, after compiling it if that is needed. */
  readonly command: (file: string, folder: string) => readonly string[];
}

const languages: readonly ProgramLanguage[] = [
  {
    name: 'JavaScript',
    packages: [],
    probe: [process.execPath, '--version'],
    write: asJavaScript,
    file: 'message.mjs',
    command: (file) => [process.execPath, file],
  },
  {
    name: 'Python',
    packages: ['python3', 'python3-websockets'],
    probe: [PYTHON, '-c', 'import websockets'],
    write: asPython,
    file: 'message.py',
    command: (file) => [PYTHON, '-B', file],
  },
  {
    name: 'Java',
    packages: ['default-jdk-headless', 'libgoogle-gson-java'],
    probe: ['sh', '-c', `java --version && test -e ${GSON}`],
    write: asJava,
    file: 'SendMessage.java',
    command: (file) => ['java', '-XX:TieredStopAtLevel=1', '-cp', GSON, file],
  },
  {
    name: 'C#',
    packages: [
      ...MONO,
      'libmono-system-runtime-serialization4.0-cil',
      'libmono-system-xml-linq4.0-cil',
    ],
    probe: ['sh', '-c', 'mcs --version && mono --version'],
    write: asCSharp,
    file: 'SendMessage.cs',
    command: (file, folder) => {
      const program = join(folder, 'SendMessage.exe');
      const libraries = ['System.Runtime.Serialization', 'System.Xml', 'System.Xml.Linq'];
      run(['mcs', ...libraries.map((name) => `-r:${name}`), `-out:${program}`, file]);
      return ['mono', program];
    },
  },
  {
    name: 'Go',
    packages: ['golang-go', 'golang-github-gorilla-websocket-dev'],
    probe: ['sh', '-c', 'go version && test -d /usr/share/gocode/src/github.com/gorilla/websocket'],
    write: asGo,
    file: 'message.go',
    command: (file, folder) => {
      const program = join(folder, 'message');
      run(['sh', '-c', 'test -z "$(gofmt -l "$0")"', file]);
      run(['go', 'vet', file], { env: goEnvironment() });
      run(['go', 'build', '-o', program, file], { env: goEnvironment() });
      return [program];
    },
  },
  {
    name: 'PHP',
    packages: ['php-cli'],
    probe: ['php', '--version'],
    write: asPhp,
    file: 'message.php',
    command: (file) => ['php', file],
  },
];

describe('the programs that Compose copies', () => {
  let gateway: TestGateway;
  let secret = '';
  before(async () => {
    gateway = await startTestGateway({ settings: { pace: 'instant' } });
    const body = { scopes: ['pac' as const], label: 'copied' };
    secret = (await clientOf(gateway).get('addToken', { params: { site: 'testhost' }, body }))
      .token;
  });
  after(async () => {
    await gateway?.stop();
  });

  const where = (token: string): GatewayAddress => ({
    host: gateway.gateway.url,
    integration: 'pac',
    token,
    version: 'v1',
    softwareHouseId: 'ABC123',
    installerId: '123ABC',
    finalReceipt: false,
    eposId: '',
  });

  for (const language of languages) {
    describe(language.name, () => {
      const folder = mkdtempSync(join(tmpdir(), 'tillgate-copied-'));
      before(() => needTools(`The program in ${language.name}`, language));
      after(() => rmSync(folder, { recursive: true, force: true }));

      const ends = async (message: unknown, token = EXAMPLE_TOKEN) => {
        const text = typeof message === 'string' ? message : JSON.stringify(message);
        const copied = language.write({ text, method: '', where: where(token), command: '' });
        assert.ok('text' in copied);
        assert.doesNotMatch(copied.text, new RegExp(secret), 'a secret is not written out');
        const file = join(folder, language.file);
        writeFileSync(file, copied.text);
        // What a runtime writes to its stdout is UTF-8 only in such a locale.
        const env = { ...process.env, TILLGATE_TOKEN: token, LC_ALL: 'C.UTF-8' };
        const running = startProgram(language.command(file, folder), { env });
        const { code, out, err } = await within('the end of the program', running.ended);
        const lines = out.trim().split('\n');
        return { code, err, lines: lines.map((line) => line && JSON.parse(line)) };
      };

      test('a sale ends with its result, after its progress', async () => {
        const params = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
        const sale = { jsonrpc: '2.0', id: 7, method: 'sale', params };
        const { code, err, lines } = await ends(sale);
        assert.deepEqual([code, err], [0, '']);
        assert.equal(lines.at(-1).id, 7);
        assert.equal(lines.at(-1).result.transactionResult, 'SUCCESSFUL');
        assert.ok(lines.length > 3);
        assert.ok(lines.slice(0, -1).every(({ method }) => method === 'terminalNotification'));
      });

      test('a batch with letters that need escapes is answered, over a secret token', async () => {
        const tids = ['VCMINVLSIP0', `a"b\\c'd\`$e é`, '"""', "'''"];
        const batch = tids.map((tid, index) => {
          return { jsonrpc: '2.0', id: index + 1, method: 'terminalDetails', params: { tid } };
        });
        const { code, err, lines } = await ends(batch, secret);
        assert.deepEqual([code, err], [0, '']);
        const [answers, ...others] = lines as {
          result?: { tid: string };
          error?: { message: string };
        }[][];
        assert.deepEqual(others, []);
        assert.ok(answers);
        const texts = answers.map(({ result, error }) => result?.tid ?? error?.message ?? '');
        assert.equal(texts[0], tids[0]);
        for (const why of texts.slice(1)) assert.match(why, /is unavailable|Invalid params/);
        const [, strange] = answers;
        assert.ok(JSON.stringify(strange).includes(JSON.stringify(tids[1]).slice(1, -1)));
      });

      test('a text that is no JSON is sent as it is, and refused', async () => {
        const { code, lines } = await ends('{"id": `"\\\n');
        assert.equal(code, 0);
        assert.equal(lines[0].error.code, -32700);
      });

      test('a wrong token ends the program with a failure', async () => {
        const { code, lines } = await ends({ jsonrpc: '2.0', id: 1 }, 'wrong');
        assert.notEqual(code, 0);
        assert.deepEqual(lines, ['']);
      });
    });
  }
});
