// A browser, or anything else, sends rubbish to every route of the admin API: each is refused by what is
// wrong with it, and nothing is changed or upset by it.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import { pathOf, startApiServer } from '../support/api/api-client.ts';

const routes = Object.entries(api.routes) as [api.RouteName, api.Route][];
const taking = routes.filter(([, route]) => route.body !== undefined);

describe('the body of an admin API request', () => {
  const wrong: readonly (readonly [string, string | Buffer, api.ProblemName])[] = [
    ['nothing', '', 'notJson'],
    ['half a JSON', '{"name": "shop1"', 'notJson'],
    ['a form', 'name=shop1', 'notJson'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'notJson'],
    ['JSON within JSON', '"{}"', 'unfit'],
    ['null', 'null', 'unfit'],
    ['a list', '[{}]', 'unfit'],
    ['a number', '1e999', 'unfit'],
    ['keys nobody knows', '{"constructor": {}, "toString": 1}', 'unfit'],
    ['a prototype', '{"__proto__": {"name": "shop1"}}', 'unfit'],
    ['a deep nest', '['.repeat(30_000) + ']'.repeat(30_000), 'unfit'],
    ['too much', `"${'x'.repeat(70_000)}"`, 'tooLarge'],
  ];
  for (const [name, route] of taking) {
    for (const [what, body, problem] of wrong) {
      test(`a body of ${name} that is ${what} is refused with ${problem}`, async (t) => {
        const { local } = await startApiServer(t);
        const answered = await local.raw({
          ...{ method: route.method, path: pathOf(route), body },
          headers: { 'Content-Type': 'application/json; charset=utf-8' },
        });
        assert.equal(answered.problem, problem, answered.text);
      });
    }
  }

  test('a body of another content type is refused', async (t) => {
    const { local } = await startApiServer(t);
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''];
    for (const type of [...types, 'application/jsonp', 'application/json; charset=latin1']) {
      const headers = { 'Content-Type': type };
      assert.equal(await local.problem('addSite', { body: { name: 'a' }, headers }), 'wrongType');
    }
  });

  test('a body that never ends is refused with 413', async (t) => {
    const { gateway } = await startApiServer(t);
    const { port } = new URL(gateway.httpUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /api/v1/sites HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n',
    );
    let answer = '';
    const over = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const pour = (): void => {
      if (socket.writable) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`, pour);
    };
    socket.on('data', (part) => {
      answer += part;
    });
    pour();
    await over;
    assert.match(answer, /^HTTP\/1\.1 413 /);
  });
});

describe('the address of an admin API request', () => {
  test('a query that does not fit is refused with the path of each error', async (t) => {
    const { local } = await startApiServer(t);
    const wrong: readonly (readonly [api.RouteName, string, string])[] = [
      ['listTransactions', 'limit=0', '/limit'],
      ['listTransactions', 'limit=1e2', '/limit'],
      ['listTransactions', 'limit=99999999999999999999', '/limit'],
      ['listTransactions', 'reports=yes', '/reports'],
      ['listTransactions', 'since=yesterday', '/since'],
      ['listTransactions', 'since=2026-13-01T00:00:00Z', '/since'],
      ['listTransactions', 'result=GOOD', '/result'],
      ['listTransactions', 'site=A&site=B', '/site'],
      ['listTransactions', 'site=../../etc', '/site'],
      ['listTransactions', 'nothing=1', '/nothing'],
      ['listTransactions', '__proto__=1', '/__proto__'],
      ['listAudit', 'before=-1', '/before'],
      ['followTraffic', 'backlog=-5', '/backlog'],
      ['readOverview', 'limit=101', '/limit'],
      ['followOverview', 'limit=many', '/limit'],
      ['followOverview', 'site=testhost', '/site'],
      ['listSites', 'x', '/x'],
    ];
    for (const [name, query, path] of wrong) {
      const answered = await local.raw({
        method: 'GET',
        path: `${pathOf(api.routes[name])}?${query}`,
      });
      assert.equal(answered.problem, 'unfit', query);
      assert.deepEqual([answered.body.errors[0].in, answered.body.errors[0].path], ['query', path]);
    }
  });

  const paths = [
    '',
    '/',
    '//sites',
    '/sites/',
    '/sites//tokens',
    '/Sites',
    '/sites/%',
    '/sites/%ff',
    '/sites/..%2f..%2fetc%2fpasswd/x/y/z',
    '/../../etc/passwd',
    '/constructor',
    '/__proto__',
    `/${'x'.repeat(4000)}`,
  ];
  test('an unknown address is answered with notFound for any method', async (t) => {
    const { local } = await startApiServer(t);
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
        const answered = await local.raw({ method, path: api.BASE_PATH + path });
        assert.equal(answered.problem, 'notFound', `${method} ${path}`);
      }
    }
  });

  for (const [name, route] of routes) {
    test(`the address of ${name} refuses undeclared methods and lists the declared ones`, async (t) => {
      const { local } = await startApiServer(t);
      const same = routes.filter(([, other]) => other.path === route.path);
      const declared = same.map(([, other]) => other.method);
      const allowed = declared.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
      for (const method of ['PUT', 'OPTIONS', 'TRACE', 'POST', 'PATCH', 'DELETE']) {
        if (allowed.includes(method)) continue;
        const answered = await local.raw({ method, path: pathOf(route) });
        assert.equal(answered.problem, 'wrongMethod', method);
        const listed = String(answered.headers.allow).split(', ');
        assert.deepEqual(new Set(listed), new Set(allowed));
      }
    });
  }

  test('a HEAD request is answered without a body', async (t) => {
    const { local } = await startApiServer(t);
    for (const [name, route] of routes.filter(([, one]) => one.method === 'GET')) {
      const answered = await local.raw({ method: 'HEAD', path: pathOf(route) });
      assert.equal(answered.text, '', name);
      assert.ok(answered.status === 200 || answered.status === 404, name);
    }
  });
});
