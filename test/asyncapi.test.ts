// The AsyncAPI document of the wire agrees with the contract. `test/packaging/asyncapi-parser.test.ts` reads it
// with the official parser.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { asyncApi, dialects, forms } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import type { Row } from './support/protocol/protocol-document.ts';
import { tableOf } from './support/protocol/protocol-document.ts';

interface Query {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}
interface Message {
  readonly payload: object;
  readonly examples: readonly { readonly payload: unknown }[];
}
interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, Message>>;
  readonly bindings: { readonly ws: { readonly query: Query } };
}
interface Operation {
  readonly action: 'send' | 'receive';
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
}
interface Reference {
  readonly $ref: string;
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Query>> };
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

const versions = Object.values(dialects);
const [closed, open] = forms.map((form) => JSON.parse(asyncApi(versions, form)) as Document);
assert.ok(closed && open);
const { channels, operations, components } = closed;

const SCHEMAS = '#/components/schemas/';

const protocol = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

test('every example fits its message and the shapes it refers to, in both forms', () => {
  const ajv = new Ajv({ strict: false });
  const { schemas } = components;
  const both = [closed, open].flatMap((document) => Object.values(document.channels));
  for (const { messages } of both) {
    for (const { payload, examples } of Object.values(messages)) {
      const validate = ajv.compile({ ...payload, components: { schemas } });
      assert.ok(examples.length > 0);
      for (const example of examples) {
        assert.ok(validate(example.payload), ajv.errorsText(validate.errors));
      }
    }
  }
});

test('each message of each version is in its channel', () => {
  const published = Object.entries(channels).flatMap(([id, { messages }]) =>
    Object.keys(messages).map((name) => `${id}/${name}`),
  );
  const declared = versions.flatMap(({ version, messages }) =>
    messages.map(({ integration, name }) => `${integration}${version.toUpperCase()}/${name}`),
  );
  assert.deepEqual(published.toSorted(), declared.toSorted());
});

test('messages of tills, waiters and card machines are received, and each request may be answered or refused', () => {
  for (const { version, messages } of versions) {
    for (const { integration, name, sender } of messages) {
      if (name.endsWith('.response')) continue;
      const channel = `${integration}${version.toUpperCase()}`;
      const method = name.replace('.request', '');
      const operation = operations[channel + method.charAt(0).toUpperCase() + method.slice(1)];
      assert.ok(operation, name);
      assert.equal(operation.action, /till|waiter|terminal/.test(sender) ? 'receive' : 'send');
      const messagesOf = (all: Operation['messages'] | undefined) =>
        all?.map(({ $ref }) => $ref.replace(`#/channels/${channel}/messages/`, ''));
      assert.deepEqual(messagesOf(operation.messages), [name]);
      const answer = [name.replace('.request', '.response'), 'error'];
      const answered = name.endsWith('.request') ? answer : undefined;
      assert.deepEqual(messagesOf(operation.reply?.messages), answered);
    }
  }
});

test('a payment notification is published once for each version [C-12.12]', () => {
  for (const [channel, name] of [
    ['pacV1', 'Payment'],
    ['pacV0', 'PaymentV0'],
  ] as const) {
    for (const method of ['sale', 'refund', 'duplicate']) {
      const payload = channels[channel]?.messages[`${method}.response`]?.payload as Reference;
      const message = components.schemas[payload.$ref.replace(SCHEMAS, '')];
      assert.deepEqual(message?.properties.result, { $ref: SCHEMAS + name }, method);
    }
    const keys = Object.keys(components.schemas[name]?.properties ?? {});
    assert.deepEqual(
      keys.filter((key) => /^t[ip][di]$/.test(key)),
      [channel === 'pacV1' ? 'tid' : 'tpi'],
    );
  }
});

describe('the query of the address [C-2.2]', () => {
  const rows = tableOf('C-2.2').filter(({ Part }) => !/^(host|integration)-/.test(Part ?? ''));

  for (const [id, { bindings }] of Object.entries(channels)) {
    if (/^(waiter|terminal)/.test(id)) continue;
    const { query } = bindings.ws;
    const [integration = '', version = ''] = id.toLowerCase().split(/(?=v[01]$)/);

    test(`the address ${id} has the parameters of the document`, () => {
      const here = rows.filter((row) => belongs(row, integration, version));
      const names = here.map(({ Part }) => Part);
      assert.deepEqual(Object.keys(query.properties).toSorted(), names.toSorted());
      // Without api-version a till speaks v0.
      const needed = here.filter(
        ({ Required }) => Required === 'yes' || (version === 'v1' && Required !== 'no'),
      );
      assert.deepEqual(query.required.toSorted(), needed.map(({ Part }) => Part).toSorted());
    });
  }

  test('the addresses that the document shows are valid', () => {
    const addresses = [...protocol.matchAll(/^wss:\S+token=\S+$/gm)].map(([uri]) => new URL(uri));
    assert.equal(addresses.length, 2);
    for (const { pathname, searchParams } of addresses) {
      const asked = Object.fromEntries(searchParams);
      const channel = channels[`${pathname.slice(1)}${asked['api-version']?.toUpperCase()}`];
      assert.ok(channel);
      assert.equal(channel.address, pathname);
      const validate = new Ajv().compile(channel.bindings.ws.query);
      assert.ok(validate(asked), JSON.stringify(validate.errors));
      assert.ok(!validate({ ...asked, 'api-version': 'v2' }));
    }
  });
});

test('the address of a waiter names the card machine [C-10.13]', () => {
  const { address, bindings } = channels.waiterV1 ?? {};
  assert.equal(address, '/waiter');
  assert.deepEqual(bindings?.ws.query.required, ['token', 'tid']);
});

/** Some parameters are for one integration or one version only. */
function belongs({ Meaning = '' }: Row, integration: string, version: string): boolean {
  if (/^Only pat with v1/.test(Meaning)) return integration === 'pat' && version === 'v1';
  return !/pac only/.test(Meaning) || integration === 'pac';
}
