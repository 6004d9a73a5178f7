import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Gateway } from '../../../gateway.ts';
import { startGateway } from '../../../gateway.ts';
import { defaultSettings } from '../../../settings.ts';

const top = mkdtempSync(join(tmpdir(), 'tillgate-console-'));
const folder = join(top, 'dist');
const settings = { ...defaultSettings(), port: 0, data: 'memory', logLevel: 'silent' } as const;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let gateway: Gateway;
before(async () => {
  gateway = await startGateway(settings, { consoleFolder: folder });
});
after(async () => {
  await gateway.stopNow();
  rmSync(top, { recursive: true });
});

/** The path goes out as it is written, unlike with fetch. */
function get(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(gateway.httpUrl);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers, method }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces).toString('latin1');
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

function build(page: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'assets/index-a1.js'), 'let a;');
  writeFileSync(join(folder, 'assets/index-a1.js.gz'), gzipSync('let a;'));
  mkdirSync(join(folder, 'docs/messages'), { recursive: true });
  mkdirSync(join(folder, 'docs/assets'), { recursive: true });
  writeFileSync(join(folder, 'docs/index.html'), page);
  writeFileSync(join(folder, 'docs/messages.html'), '<p>messages');
  writeFileSync(join(folder, 'docs/messages.html.gz'), gzipSync('<p>messages'));
  writeFileSync(join(folder, 'docs/messages/sale.html'), '<p>sale');
  writeFileSync(join(folder, 'docs/not-found.html'), '<p>no such page');
  writeFileSync(join(folder, 'docs/assets/main-a1.js'), 'let b;');
  writeFileSync(join(folder, '.built'), '');
  writeFileSync(join(top, 'secret.txt'), 'secret');
}

describe('the pages of the console', () => {
  test('a console that is not built yet says how to build it, and works once it is', async () => {
    const missing = await get('/console/');
    assert.equal(missing.status, 503);
    assert.match(missing.body, /npm run build:console/);
    assert.equal((await get('/docs/errors')).status, 503);
    build('<p>first');
    const { status, body, headers } = await get('/console/');
    assert.deepEqual([status, body], [200, '<p>first']);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match((await get('/machine/')).body, /has no machine\.html/);
  });

  test('the address of the gateway redirects to the console and keeps the query', async () => {
    for (const [path, to] of [
      ['/', '/console/'],
      ['/console', '/console/'],
      ['/machine?tid=VCMINVLSIP0', '/machine/?tid=VCMINVLSIP0'],
      ['/docs', '/docs/'],
    ] as const) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, headers.location], [302, to]);
    }
  });

  test('a page is revalidated each time, and sent only if it has changed', async () => {
    build('<p>second');
    const { headers } = await get('/console/');
    assert.equal(headers['cache-control'], 'no-cache');
    const again = await get('/console/', { 'If-None-Match': headers.etag });
    assert.deepEqual([again.status, again.body], [304, '']);
    build('<p>third');
    const changed = await get('/console/', { 'If-None-Match': headers.etag });
    assert.deepEqual([changed.status, changed.body], [200, '<p>third']);
  });

  test('a file with a hash in its name is cached for good, and sent compressed to clients that accept it', async () => {
    const plain = await get('/console/assets/index-a1.js');
    assert.equal(plain.body, 'let a;');
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.match(String(plain.headers['cache-control']), /immutable/);
    const packed = await get('/machine/assets/index-a1.js', { 'Accept-Encoding': 'gzip, br' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.body, gzipSync('let a;').toString('latin1'));
    const head = await get('/console/assets/index-a1.js', {}, 'HEAD');
    assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '6', '']);
  });

  test('no path leads out of the folder or to a file that is not a page', async () => {
    for (const name of [
      '../secret.txt',
      '..%2fsecret.txt',
      'assets/../../secret.txt',
      'assets/..%2f..%2fsecret.txt',
      'assets/%2e%2e/%2e%2e/secret.txt',
      'assets/..\\..\\secret.txt',
      '/etc/passwd',
      'assets//etc/passwd',
      'assets/index-a1.js%00.css',
      'assets/index-a1.js.gz',
      'assets/',
      'assets',
      'index.html',
      '.built',
      '__proto__',
    ]) {
      for (const room of ['console', 'machine', 'docs', 'docs/messages']) {
        const { status, body } = await get(`/${room}/${name}`);
        assert.equal(status, 404, name);
        assert.doesNotMatch(body, /^secret|root:/, name);
      }
    }
  });

  test('a page of the documentation has an address without an ending', async () => {
    const { body, headers } = await get('/docs/messages/sale?x=1');
    assert.equal(body, '<p>sale');
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    const packed = await get('/docs/messages', { 'Accept-Encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.headers.vary, 'Accept-Encoding');
    const slash = await get('/docs/messages/');
    assert.deepEqual([slash.status, slash.headers.location], [302, '/docs/messages']);
    assert.equal((await get('/docs/assets/main-a1.js')).body, 'let b;');
  });

  test('an address of the documentation that is no page says so, every time', async () => {
    const first = await get('/docs/nothing/here');
    assert.deepEqual([first.status, first.body], [404, '<p>no such page']);
    const again = await get('/docs/nothing/here', { 'If-None-Match': first.headers.etag });
    assert.deepEqual([again.status, again.body], [404, '<p>no such page']);
  });

  test('a page refuses every method but GET and HEAD', async () => {
    const { status, headers } = await get('/console/', {}, 'POST');
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
  });

  test('a page may run its own scripts only, and connect to its own gateway only', async () => {
    const policy = async (Host: string) =>
      String((await get('/console/', { Host })).headers['content-security-policy']);
    const local = await policy('localhost:8765');
    assert.match(local, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(local, /unsafe|\*[;\s]|script-src[^;]*data:/);
    assert.match(local, /connect-src 'self' [^;]*ws:\/\/\*\.localhost:8765/);
    const shop = await policy('shop1.pay.example');
    assert.match(shop, /connect-src 'self' wss:\/\/\*\.pay\.example https:\/\/\*\.pay\.example;/);
    for (const host of ['10.0.0.2:8765', '[fe80::1]:8765', 'pay.example', 'x; script-src *']) {
      assert.match(await policy(host), /connect-src 'self';/, host);
    }
  });
});
