// The built pages: the console, the card machine page and the documentation, as files of one folder.
// A name is looked up in the list of that folder and never made into a path, so none leads out of it.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { extname, join, relative } from 'node:path';
import { embeddedFile, embeddedNames } from '../../../embedded-files.ts';

/** A request handler like those of the other pages. */
export interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns undefined where the path is none of these pages. */
export type ConsoleFiles = (path: string, request: IncomingMessage) => Promise<Page | undefined>;

/** First part of the path, and the file that stands for it. */
const entries: Readonly<Record<string, string>> = {
  console: 'index.html',
  machine: 'machine.html',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

const encodings = [
  { name: 'br', end: '.br' },
  { name: 'gzip', end: '.gz' },
];

const YEAR_S = 31_536_000;

/** Where the built files are. */
interface BuiltFiles {
  names(): Promise<readonly string[]>;
  read(name: string): Promise<Buffer>;
}

/** Pages of `folder`, as Vite built them; it may be missing, or rebuilt meanwhile. */
export function consoleFiles(folder: string): ConsoleFiles {
  return pagesOf({
    names: () => namesIn(folder),
    read: (name) => readFile(join(folder, name)),
  });
}

/** The same pages from inside the executable. */
export function embeddedConsoleFiles(): ConsoleFiles {
  return pagesOf({
    names: async () => embeddedNames('console'),
    read: async (name) => embeddedFile(`console/${name}`),
  });
}

function pagesOf(files: BuiltFiles): ConsoleFiles {
  const room = new Folder(files);
  return async (path, request) => {
    if (path === '/') return redirect('/console/');
    const [, entry = '', rest] = /^\/(console|machine|docs)(?:\/(.*))?$/.exec(path) ?? [];
    if (entry === '') return undefined;
    if (rest === undefined) return redirect(`/${entry}/${queryOf(request)}`);
    const page = entries[entry];
    if (page === undefined) return docsPage(room, rest, request);
    if (rest === '') return (await room.html(page, request)) ?? notBuilt(page);
    return (await room.asset(rest, request)) ?? notFound();
  };
}

/** Addresses of the documentation have no ending, and no slash at the end. */
async function docsPage(room: Folder, rest: string, request: IncomingMessage): Promise<Page> {
  if (rest.startsWith('assets/')) return (await room.asset(`docs/${rest}`, request)) ?? notFound();
  const name = `docs/${rest || 'index'}`;
  const page = await room.html(`${name}.html`, request);
  if (page) return page;
  const [, bare = ''] = /^(.+)\/$/.exec(name) ?? [];
  if (room.has(`${bare}.html`)) return redirect(`/${bare}`);
  return (await room.html('docs/not-found.html', request, 404)) ?? notBuilt('docs');
}

class Folder {
  readonly #files: BuiltFiles;
  #names: ReadonlySet<string> = new Set();

  constructor(files: BuiltFiles) {
    this.#files = files;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** An HTML page is never cached; the folder is read again for it. */
  async html(name: string, request: IncomingMessage, status = 200): Promise<Page | undefined> {
    this.#names = new Set(await this.#files.names());
    const found = await this.#compressed(name, request);
    if (!found) return undefined;
    const { body, headers: packed } = found;
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const always = { ...pageHeaders(request), ETag: tag, 'Cache-Control': 'no-cache' };
    const isSame = request.headers['if-none-match'] === tag;
    if (isSame && status === 200) return { status: 304, headers: always };
    return { status, type: typeOf(name), body, headers: { ...always, ...packed } };
  }

  /** An asset has a hash in its name: its content never changes. */
  async asset(name: string, request: IncomingMessage): Promise<Page | undefined> {
    if (!/^(docs\/)?assets\//.test(name)) return undefined;
    // The first visit after a start may be to an asset, by a page that was already open.
    if (this.#names.size === 0) this.#names = new Set(await this.#files.names());
    if (encodings.some(({ end }) => name.endsWith(end))) return undefined;
    const found = await this.#compressed(name, request);
    if (!found) return undefined;
    const headers = {
      ...found.headers,
      'Cache-Control': `public, max-age=${YEAR_S}, immutable`,
      'Cross-Origin-Resource-Policy': 'same-origin',
    };
    return { status: 200, type: typeOf(name), body: found.body, headers };
  }

  /** Compressed where there is such a file and the browser takes it. */
  async #compressed(name: string, request: IncomingMessage) {
    const taken = String(request.headers['accept-encoding'] ?? '');
    const packing = encodings.find(
      (one) => taken.includes(one.name) && this.#names.has(name + one.end),
    );
    const body = await this.#read(packing ? name + packing.end : name);
    if (!body) return undefined;
    const headers = {
      ...(packing && { 'Content-Encoding': packing.name }),
      Vary: 'Accept-Encoding',
    };
    return { body, headers };
  }

  async #read(name: string): Promise<Buffer | undefined> {
    if (!this.#names.has(name)) return undefined;
    try {
      return await this.#files.read(name);
    } catch {
      return undefined; // A build since the start removed it.
    }
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((one) => one.isFile());
    return files.map((one) =>
      relative(folder, join(one.parentPath, one.name)).replaceAll('\\', '/'),
    );
  } catch {
    return [];
  }
}

function typeOf(name: string): string {
  return types[extname(name)] ?? 'application/octet-stream';
}

function queryOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark);
}

function pageHeaders(request: IncomingMessage): Record<string, string> {
  return {
    'Content-Security-Policy': policyFor(String(request.headers.host ?? '')),
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'SAMEORIGIN',
  };
}

/** No inline script or style, nothing from elsewhere; sockets to this gateway's sites only. */
function policyFor(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...siblingOrigins(host)].join(' ')}`,
    "frame-src 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The other names of this gateway: a site's name is the first label of the host [C-2.3]. */
function siblingOrigins(host: string): readonly string[] {
  const [, name = '', port = ''] = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.exec(host) ?? [];
  if (/^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(name)) {
    // An IPv6 address cannot stand in a policy; 'self' covers it where it is the page's own.
    return ['localhost', '*.localhost', '127.0.0.1'].flatMap((one) => bothSchemes(one + port, ''));
  }
  const isNumeric = /^[\d.]+$/.test(name) || name.startsWith('[');
  const domain = isNumeric ? '' : name.split('.').slice(1).join('.');
  return domain.includes('.') ? bothSchemes(`*.${domain}${port}`, 's') : [];
}

function bothSchemes(address: string, secure: 's' | ''): readonly string[] {
  return secure === 's'
    ? [`wss://${address}`, `https://${address}`]
    : [`ws://${address}`, `http://${address}`, `wss://${address}`, `https://${address}`];
}

function redirect(to: string): Page {
  return { status: 302, headers: { Location: to, 'Cache-Control': 'no-store' } };
}

function notFound(): Page {
  const body = `${JSON.stringify({ error: 'not_found', message: 'No such site or path.' })}\n`;
  return { status: 404, type: 'application/json', body };
}

/** The page shown when the console was not built. */
function notBuilt(page: string): Page {
  const body = `<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Not built</title>
<h1>This page is not built yet</h1>
<p>The gateway runs, but the folder with its pages has no ${page}. In the repository, run</p>
<pre>npm ci
npm run build:console</pre>
<p>and reload this page; the gateway may keep running. <code>npm start</code> does it by itself.</p>
</html>
`;
  const headers = { 'Content-Security-Policy': "default-src 'none'", 'Cache-Control': 'no-store' };
  return { status: 503, type: types['.html'] ?? '', body, headers };
}
