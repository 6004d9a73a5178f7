// The languages of examples/languages: what each needs from Debian, how its till is built and run.

import { execFileSync } from 'node:child_process';
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
  /** The command of each of its programs, built in `folder`; parameters follow. */
  readonly programs: (folder: string) => Readonly<Record<'sale' | 'tables', readonly string[]>>;
}

const GSON = '/usr/share/java/gson.jar';
/** Debian's own, whatever other Python comes first in the path: the libraries belong to it. */
const PYTHON = '/usr/bin/python3';

function java(): Language {
  const sources = ['Line', 'Sale', 'Tables'].map((name) => join(examples, `java/${name}.java`));
  return {
    name: 'Java, java.net.http',
    packages: ['default-jdk-headless', 'libgoogle-gson-java'],
    probe: ['sh', '-c', `javac --version && java --version && test -e ${GSON}`],
    build: (folder) =>
      run(['javac', '-Xlint:all', '-Werror', '-cp', GSON, '-d', folder, ...sources]),
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
    programs: () => ({ sale: command('sale.py'), tables: command('tables.py') }),
  };
}

function go(): Language {
  return {
    name: 'Go, gorilla/websocket',
    packages: ['golang-go', 'golang-github-gorilla-websocket-dev'],
    probe: ['sh', '-c', 'go version && test -d /usr/share/gocode/src/github.com/gorilla/websocket'],
    build: (folder) => {
      const options = {
        cwd: join(examples, 'go'),
        env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' },
      };
      run(['go', 'vet', '.'], options);
      run(['go', 'build', '-o', join(folder, 'till'), '.'], options);
    },
    programs: (folder) => {
      const command = join(folder, 'till');
      return { sale: [command, 'sale'], tables: [command, 'tables'] };
    },
  };
}

export const languages: readonly Language[] = [
  java(),
  python('websockets', 'websockets', 'python3-websockets'),
  python('websocket-client', 'websocket', 'python3-websocket'),
  go(),
];

/** Builds the till in `folder`; throws with a sentence that names the packages if one is missing. */
export function buildTill({ name, packages, probe, build }: Language, folder: string): void {
  try {
    run(probe);
  } catch (cause) {
    const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
    throw new Error(`The till in ${name} needs Debian packages. Install them: ${command}`, {
      cause,
    });
  }
  build?.(folder);
}

function run(
  [command = '', ...args]: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): void {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}
