// The languages of examples/languages: what each needs from Debian, how its till is built and run.

import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const examples = join(import.meta.dirname, '../../examples/languages');

export interface Language {
  readonly name: string;
  /** The Debian packages with its tools and libraries. */
  readonly packages: readonly string[];
  /** Fails unless they are installed. */
  readonly probe: readonly string[];
  /** Compiles the till into `folder`, if it has to be compiled. */
  readonly build?: (folder: string) => void;
  /** The environment in which its programs trust what a CA has signed, as its file in PEM says; prepared in `folder`. */
  readonly trusting: (ca: string, folder: string) => NodeJS.ProcessEnv;
  /** The command of each of its programs, built in `folder`; parameters follow. */
  readonly programs: (folder: string) => Readonly<Record<'sale' | 'tables', readonly string[]>>;
}

export const MONO = ['mono-mcs', 'mono-runtime'] as const;
const NEWTONSOFT = '/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll';
export const GSON = '/usr/share/java/gson.jar';
/** Debian's own, whatever other Python comes first in the path: the libraries belong to it. */
export const PYTHON = '/usr/bin/python3';

function java(): Language {
  const sources = ['Line', 'Sale', 'Tables', 'Rehearse'].map((name) =>
    join(examples, `java/${name}.java`),
  );
  return {
    name: 'Java, java.net.http',
    packages: ['default-jdk-headless', 'libgoogle-gson-java'],
    probe: ['sh', '-c', `javac --version && java --version && test -e ${GSON}`],
    build: (folder) =>
      run(['javac', '-Xlint:all', '-Werror', '-cp', GSON, '-d', folder, ...sources]),
    trusting: (ca, folder) => {
      const store = join(folder, 'trust.p12');
      const imported = ['-importcert', '-noprompt', '-alias', 'ca', '-file', ca];
      run(['keytool', ...imported, '-keystore', store, '-storepass', 'changeit']);
      const options = { trustStore: store, trustStorePassword: 'changeit' };
      const texts = Object.entries(options).map(
        ([name, value]) => `-Djavax.net.ssl.${name}=${value}`,
      );
      return { JDK_JAVA_OPTIONS: texts.join(' ') };
    },
    programs: (folder) => {
      // Without looking for the best code first: each of these programs runs for seconds.
      const command = ['java', '-XX:TieredStopAtLevel=1', '-cp', `${folder}:${GSON}`];
      return { sale: [...command, 'Sale'], tables: [...command, 'Tables'] };
    },
  };
}

function python(library: string, module: string, debianPackage: string): Language {
  const command = (name: string) => [PYTHON, '-B', join(examples, `python-${library}`, name)];
  return {
    name: `Python, ${library}`,
    packages: ['python3', debianPackage],
    probe: [PYTHON, '-c', `import ${module}`],
    trusting: byOpenSsl,
    programs: () => ({ sale: command('sale.py'), tables: command('tables.py') }),
  };
}

/** Go with Debian's libraries and no others. */
export function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
}

function go(): Language {
  return {
    name: 'Go, gorilla/websocket',
    packages: ['golang-go', 'golang-github-gorilla-websocket-dev'],
    probe: ['sh', '-c', 'go version && test -d /usr/share/gocode/src/github.com/gorilla/websocket'],
    build: (folder) => {
      const options = {
        cwd: join(examples, 'go'),
        env: goEnvironment(),
      };
      run(['go', 'vet', '.'], options);
      run(['go', 'build', '-o', join(folder, 'till'), '.'], options);
    },
    trusting: byOpenSsl,
    programs: (folder) => {
      const command = join(folder, 'till');
      return { sale: [command, 'sale'], tables: [command, 'tables'] };
    },
  };
}

/** As the programs say that look up their roots as OpenSSL does. */
function byOpenSsl(ca: string): NodeJS.ProcessEnv {
  return { SSL_CERT_FILE: ca };
}

function php(): Language {
  const command = (name: string) => ['php', join(examples, `php/${name}.php`)];
  return {
    name: 'PHP, its own streams',
    packages: ['php-cli'],
    probe: ['php', '--version'],
    trusting: byOpenSsl,
    programs: () => ({ sale: command('sale'), tables: command('tables') }),
  };
}

function csharp(): Language {
  const program = (folder: string) => join(folder, 'Till.exe');
  const command = (folder: string) => ['mono', program(folder)];
  return {
    name: 'C#, ClientWebSocket',
    packages: [
      ...MONO,
      ...['libmono-system-net-http4.0-cil', 'libnewtonsoft-json5.0-cil', 'ca-certificates-mono'],
    ],
    probe: [
      'sh',
      '-c',
      `mcs --version && mono --version && test -x /usr/bin/cert-sync -a -e ${NEWTONSOFT}`,
    ],
    build: (folder) => {
      const libraries = [`-r:${NEWTONSOFT}`, '-r:System.Net.Http'];
      const sources = globSync(join(examples, 'csharp/*.cs'));
      run(['mcs', '-warnaserror', ...libraries, `-out:${program(folder)}`, ...sources]);
    },
    trusting: (ca, folder) => {
      const env = { HOME: folder };
      run(['cert-sync', '--user', ca], { env: { ...process.env, ...env } });
      return env;
    },
    programs: (folder) => ({
      sale: [...command(folder), 'sale'],
      tables: [...command(folder), 'tables'],
    }),
  };
}

export const languages: readonly Language[] = [
  java(),
  python('websockets', 'websockets', 'python3-websockets'),
  python('websocket-client', 'websocket', 'python3-websocket'),
  go(),
  php(),
  csharp(),
];

/** The tests of a till in another language, by one of its test runners. */
export interface TestRun extends Omit<Language, 'programs' | 'trusting'> {
  /** Runs the tests, compiled in `folder`. */
  readonly command: (folder: string) => readonly string[];
  /** Where it is run. */
  readonly cwd: string;
  /** What it prints when both tests have passed. */
  readonly passed: RegExp;
}

const JARS = '/usr/share/java';
const jars = (...names: readonly string[]) => names.map((name) => `${JARS}/${name}.jar`).join(':');
const JUPITER = jars(
  'junit-jupiter-api',
  'junit-platform-commons',
  'apiguardian-api',
  'opentest4j',
);
const CONSOLE = jars(
  ...['junit-platform-console', 'junit-platform-launcher', 'junit-platform-reporting', 'picocli'],
  ...['junit-platform-engine', 'junit-jupiter-engine', 'opentest4j-reporting-events'],
);

function junit(): TestRun {
  const { packages, probe } = java();
  const cwd = join(examples, 'junit');
  const files = ['java/Line', 'java/Sale', 'junit/Gateway', 'junit/SaleTest'];
  const sources = files.map((name) => join(examples, `${name}.java`));
  return {
    name: 'JUnit 5',
    packages: [...packages, 'junit5'],
    probe: ['sh', '-c', `${probe.at(-1)} && ls ${`${JUPITER}:${CONSOLE}`.replaceAll(':', ' ')}`],
    build: (folder) =>
      run([
        'javac',
        '-Xlint:all',
        '-Werror',
        '-cp',
        `${GSON}:${JUPITER}`,
        '-d',
        folder,
        ...sources,
      ]),
    command: (folder) => [
      ...['java', '-XX:TieredStopAtLevel=1', '-cp', `${folder}:${GSON}:${JUPITER}:${CONSOLE}`],
      ...['org.junit.platform.console.ConsoleLauncher', '--disable-banner', '-c', 'SaleTest'],
    ],
    cwd,
    passed: /\b2 tests successful\b/,
  };
}

function pytest(): TestRun {
  const library = python('websockets', 'websockets', 'python3-websockets');
  return {
    name: 'pytest',
    packages: [...library.packages, 'python3-pytest'],
    probe: [PYTHON, '-c', 'import pytest, websockets'],
    command: () => [PYTHON, '-B', '-m', 'pytest', '-p', 'no:cacheprovider'],
    cwd: join(examples, 'pytest'),
    passed: /\b2 passed\b/,
  };
}

export const testRuns: readonly TestRun[] = [junit(), pytest()];

/** A counter till that takes the commands of a rehearsal, in its directory of the examples. */
export interface RehearsedTill extends Omit<Language, 'programs' | 'trusting'> {
  /** Starts the till, compiled in `folder`. */
  readonly command: (folder: string) => readonly string[];
}

export const rehearsedTills: readonly RehearsedTill[] = [
  {
    ...java(),
    command: (folder) => [
      ...['java', '-XX:TieredStopAtLevel=1', '-cp', `${folder}:${GSON}`, 'Rehearse'],
    ],
  },
  {
    ...python('websockets', 'websockets', 'python3-websockets'),
    command: () => [PYTHON, '-B', join(examples, 'python-websockets/rehearse.py')],
  },
  { ...go(), command: (folder) => [join(folder, 'till'), 'rehearse'] },
  { ...php(), command: () => ['php', join(examples, 'php/rehearse.php')] },
  { ...csharp(), command: (folder) => ['mono', join(folder, 'Till.exe'), 'rehearse'] },
];

type Tools = Pick<Language, 'name' | 'packages' | 'probe' | 'build'>;

/** Builds the till in `folder`; throws with a sentence that names the packages if one is missing. */
export function buildTill({ name, build, ...tools }: Tools, folder: string): void {
  needTools(`The till in ${name}`, tools);
  build?.(folder);
}

/** `who` such as `The till in Go`. */
export function needTools(
  who: string,
  { packages, probe }: Pick<Language, 'packages' | 'probe'>,
): void {
  try {
    run(probe);
  } catch (cause) {
    const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
    throw new Error(`${who} needs Debian packages. Install them: ${command}`, { cause });
  }
}

export function run(
  [command = '', ...args]: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): void {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}
