// The documentation as a site: every page, every link on it, every message, and what the search finds.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  api,
  dialects,
  exchangesOf,
  publishedDocuments,
  publishedSchemas,
} from '@tillgate/protocol';
import { docsSite } from '../packages/console/docs-site/docs-site.ts';
import { openIndex, search } from '../packages/console/src/docs/search.ts';

const { files, faults } = docsSite({ script: 'assets/main.js', styles: ['assets/main.css'] });
const pages = new Map(
  [...files]
    .filter(([name]) => name.endsWith('.html'))
    .map(([name, text]) => [name.replace(/\.html$/, '').replace(/^index$/, ''), text]),
);
const anchors = new Map([...pages].map(([path, text]) => [path, idsIn(text)]));
const versions = Object.values(dialects);
const messages = versions.flatMap((dialect) =>
  exchangesOf(dialect).map((exchange) => ({ version: dialect.version, ...exchange })),
);
/** What the gateway answers besides the documentation. */
const served = new Set([
  '/console/',
  '/machine/',
  '/docs/',
  '/api/v1/openapi.json',
  `/schemas/${api.FAULT_SCHEMA_FILE}`,
  `/schemas/${api.REHEARSAL_SCHEMA_FILE}`,
  ...[...publishedSchemas(dialects).keys(), ...publishedDocuments(versions).keys()].map(
    (name) => `/schemas/${name}`,
  ),
]);

function idsIn(text: string): readonly string[] {
  return [...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
}

/** Addresses on a page, as a browser would resolve them. */
function* linksOf(path: string, text: string): Iterable<URL> {
  for (const [, address = ''] of text.matchAll(/ (?:href|src|data-search)="([^"]*)"/g)) {
    yield new URL(address.replaceAll('&amp;', '&'), `http://gateway/docs/${path}`);
  }
}

/** Undefined if it leads somewhere. */
function broken({ host, pathname, hash }: URL): string | undefined {
  if (host !== 'gateway') return undefined;
  if (served.has(pathname)) return undefined;
  const name = decodeURIComponent(pathname.replace('/docs/', ''));
  if (name.startsWith('assets/')) {
    return files.has(name) || /^assets\/main\.(js|css)$/.test(name) ? undefined : name;
  }
  const ids = anchors.get(name);
  if (!pathname.startsWith('/docs/') || !ids) return pathname;
  return hash === '' || ids.includes(decodeURIComponent(hash.slice(1))) ? undefined : name + hash;
}

test('every guide, chapter and message is a page, and none has a fault', () => {
  assert.deepEqual(faults, []);
  for (const path of ['', 'getting-started', 'sdk', 'contract', 'settings', 'project/changes']) {
    assert.ok(pages.has(path), path);
  }
  for (const { version, integration, name } of messages) {
    assert.ok(pages.has(`messages/${version}/${integration}/${name}`), `${version} ${name}`);
  }
});

test('every link of every page leads somewhere, and no anchor stands twice on a page', () => {
  const lost = [...pages].flatMap(([path, text]) =>
    [...linksOf(path, text)].map(broken).filter((one) => one !== undefined),
  );
  assert.deepEqual([...new Set(lost)], []);
  for (const [path, ids] of anchors) assert.equal(new Set(ids).size, ids.length, path);
});

test('a link that leads nowhere would be seen', () => {
  const at = (address: string) => broken(new URL(address, 'http://gateway/docs/messages'));
  assert.equal(at('nowhere'), '/docs/nowhere');
  assert.equal(at('errors#nothing'), 'errors#nothing');
  assert.equal(at('/schemas/v9/pac/sale.request.json'), '/schemas/v9/pac/sale.request.json');
  assert.equal(at('getting-started#host'), undefined);
});

test('getting started is read in its order: from what is required to what comes next', () => {
  const headings = [...(pages.get('getting-started') ?? '').matchAll(/<h2 id="([^"]+)"/g)];
  assert.deepEqual(
    headings.map(([, id]) => id),
    ['requirements', 'host', 'authorization', 'how-to-connect', 'pings', 'next-steps'],
  );
  const navigation = /<nav class="nav".*?<\/nav>/s.exec(pages.get('') ?? '')?.[0] ?? '';
  const order = ['getting-started', 'getting-started#host', 'pay-at-counter', 'pay-at-table'];
  order.push(
    'card-machines',
    'virtual-card-machines',
    'sdk',
    'admin-api',
    'deployment',
    'operations',
  );
  order.push('security', 'settings', 'errors', 'contract', 'messages', 'messages/v1/pac/sale');
  const places = order.map((path) => navigation.indexOf(`href="${path}"`));
  assert.ok(!places.includes(-1), String(places));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

describe('the page of a message', () => {
  for (const { version, integration, name, message, response } of messages) {
    const page = pages.get(`messages/${version}/${integration}/${name}`) ?? '';

    test(`${version} ${integration} ${name} can be tried, and its raw schemas taken away`, () => {
      const [, href = ''] = /<a class="button main" href="([^"]+)"/.exec(page) ?? [];
      const isSaid =
        integration === 'pac' || (integration === 'pat' && (response || name === 'error'));
      assert.ok(href.startsWith(isSaid ? '/console/#/compose?' : '/machine/'), href);
      for (const part of response ? [message, response] : [message]) {
        const file = `${part.name}.json`;
        const address = `/schemas/${version}/${integration}/${file}`;
        assert.ok(page.includes(`href="${address}" download="${file}"`), file);
      }
      assert.match(page, /<pre data-kind="json">/);
    });
  }

  test('the link to try a message of a till opens that message, and the link of a message to a till opens the request that causes it', () => {
    const tried = (path: string) => {
      const [, query = ''] = /\/console\/#\/compose\?([^"]+)"/.exec(pages.get(path) ?? '') ?? [];
      return Object.fromEntries(new URLSearchParams(query.replaceAll('&amp;', '&')));
    };
    assert.deepEqual(tried('messages/v0/pac/refund'), {
      ...{ version: 'v0', integration: 'pac', message: 'refund.request' },
    });
    const lock = tried('messages/v1/pat/tableLockRequest');
    assert.deepEqual(lock.message, 'tableLockRequest.response');
    assert.deepEqual(tried('messages/v1/pac/terminalNotification').message, 'sale.request');
  });
});

test('each rule of the contract has an anchor, and a rule that is cited leads to it', () => {
  const chapter = pages.get('contract/9-pay-at-table-pat') ?? '';
  assert.match(chapter, /<strong class="rule" id="C-9\.13"><a href="#C-9\.13">/);
  // A row of a table.
  assert.match(
    pages.get('contract/2-handshake') ?? '',
    /<td[^>]*><strong class="rule" id="C-2\.14">/,
  );
  const cited = '<a class="cite" href="contract/9-pay-at-table-pat#C-9.13">C-9.13</a>';
  assert.ok((pages.get('pay-at-table') ?? '').includes(cited));
  const listed = '<a href="../../../contract/9-pay-at-table-pat#C-9.13">C-9.13</a>: If the answer';
  assert.ok((pages.get('messages/v1/pat/tableLockRequest') ?? '').includes(listed));
});

test('a page asks nothing of elsewhere and has no script or style in it', () => {
  for (const [path, text] of pages) {
    assert.doesNotMatch(text, /<script(?![^>]* src=)|<style| style="| on\w+="/, path);
    assert.doesNotMatch(
      text,
      /<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\//,
      path,
    );
  }
});

describe('the search', () => {
  const [, json = ''] = [...files].find(([name]) => /^assets\/search-.*\.json$/.test(name)) ?? [];
  const index = openIndex(json);
  const hits = (query: string, limit?: number) => search(index, query, limit);

  const found = (query: string) => hits(query).map(({ entry }) => entry.href);

  test('finds the guides of operators by the words of those who install a gateway', () => {
    const wanted = {
      ...{ systemd: 'deployment#systemd', nginx: 'cluster#balancer', haproxy: 'cluster#balancer' },
      ...{ caddy: 'cluster#balancer', backup: 'operations#the-journal', grafana: 'alarms' },
      ...{
        docker: 'deployment#container',
        podman: 'deployment#container',
        kubernetes: 'deployment#kubernetes',
      },
      ...{ compose: 'deployment#container', debian: 'deployment#debian-and-ubuntu' },
      ...{ pg_dump: 'operations#the-journal', TillgateDown: 'alarms#tillgatedown' },
    };
    for (const [word, href] of Object.entries(wanted)) {
      assert.ok(found(word).slice(0, 5).includes(href), `${word}: ${found(word).slice(0, 5)}`);
    }
  });

  test('finds the page of a programming language by its names, with their signs', () => {
    for (const [word, page] of Object.entries({
      ...{
        'c#': 'csharp',
        'C# till': 'csharp',
        csharp: 'csharp',
        python: 'python',
        php: 'php',
        go: 'go',
      },
      ...{ golang: 'go', java: 'java', javascript: 'javascript', typescript: 'javascript' },
    })) {
      assert.equal(found(word)[0], `languages/${page}`, `${word}: ${found(word).slice(0, 5)}`);
    }
  });

  test('finds a message by its name, that of the newest version first', () => {
    const [first, second] = found('tableLockRequest');
    assert.equal(first, 'messages/v1/pat/tableLockRequest');
    assert.equal(second, 'messages/v0/pat/tableLockRequest');
  });

  test('finds a rule by its number', () => {
    assert.equal(found('C-9.13')[0], 'contract/9-pay-at-table-pat#C-9.13');
    assert.equal(found(' c-9.1 ')[0], 'contract/9-pay-at-table-pat#C-9.1');
    assert.equal(found('C-2.14')[0], 'contract/2-handshake#C-2.14');
  });

  test('finds a guide by its title, an error by its code, a setting by its name', () => {
    assert.equal(found('pay at table')[0], 'pay-at-table');
    assert.equal(found('-32071')[0], 'errors#-32071');
    assert.ok(found('pingInterval').includes('settings'));
  });

  test('finds the page in spite of a spelling mistake, another form, or a word of other trades', () => {
    for (const [query, title] of [
      ['singature', /signature/i],
      ['disconnect', /disconnect|connection drops|dropped connection/i],
      ['disconnected', /disconnect|connection drops|dropped connection/i],
      ['dropped connection', /connection drops|dropped connection/i],
      ['connection dropped', /connection drops|dropped connection/i],
    ] as const) {
      assert.match(hits(query)[0]?.entry.title ?? '', title, query);
    }
    assert.equal(found('sale fields')[0]?.split('#')[0], 'messages/v1/pac/sale');
    const tips = hits('tips');
    const first = tips.slice(0, 3).map(({ entry }) => entry.page);
    assert.ok(first.includes('9 Pay at table (pat)'), first.join(', '));
    for (const { entry } of tips)
      assert.match(`${entry.title} ${entry.text}`, /gratuity|\btips?\b/i);
  });

  test('finds only sections that have all words, and each of them leads somewhere', () => {
    for (const { entry } of hits('lock unlock payment')) {
      for (const word of ['lock', 'unlock', 'payment']) {
        const { title, page, text } = entry;
        assert.ok(`${title} ${page} ${text}`.toLowerCase().includes(word), entry.href);
      }
    }
    assert.deepEqual(found('tableLockRequest zebra'), []);
    assert.deepEqual(found('  '), []);
    const all = Object.values(index.toJSON().storedFields) as readonly { readonly href: string }[];
    const lost = all.map(({ href }) => broken(new URL(href, 'http://gateway/docs/')));
    assert.deepEqual(
      lost.filter((one) => one !== undefined),
      [],
    );
  });
});
