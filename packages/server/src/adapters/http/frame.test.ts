import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import * as ws from 'ws';
import { pingFrame, textFrame } from './frame.ts';

// Its types leave it out.
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What a stranger's reader of RFC 6455 makes of the bytes. */
function read(bytes: string): Promise<readonly string[]> {
  const receiver = new Receiver({ isServer: false, skipUTF8Validation: false });
  const heard: string[] = [];
  receiver.on('message', (data: Buffer) => heard.push(`text ${data}`));
  receiver.on('ping', (data: Buffer) => heard.push(`ping ${data}`));
  return new Promise((resolve, reject) => {
    receiver.on('error', reject);
    receiver.on('finish', () => resolve(heard));
    receiver.end(Buffer.from(bytes, 'latin1'));
  });
}

test('RFC 6455 5.2 texts of every length of length are read as they were written', async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000].map((length) => 'a'.repeat(length));
  const heard = await read(texts.map(textFrame).join(''));
  assert.deepEqual(
    heard,
    texts.map((text) => `text ${text}`),
  );
});

test('texts beyond ASCII arrive as UTF-8', async () => {
  const texts = ['£12.50', 'Café 🍰', 'é'.repeat(63), '€'.repeat(22_000)];
  const heard = await read(texts.map(textFrame).join(''));
  assert.deepEqual(
    heard,
    texts.map((text) => `text ${text}`),
  );
});

test('C-3.49 a ping carries its number, between two texts', async () => {
  const heard = await read(textFrame('one') + pingFrame('17') + textFrame('two'));
  assert.deepEqual(heard, ['text one', 'ping 17', 'text two']);
});
