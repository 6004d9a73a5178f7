import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../../test/support/scenario/gateway-process.ts';
import { keptCertificate, newCertificate } from './self-signed.ts';

const DAY_MS = 24 * 3600 * 1000;

const folderIn = (t: TestContext) => join(temporaryFolder(t), 'data');
const keyIn = (folder: string) => join(folder, 'self-signed.key');

test('a certificate is for this machine alone, can sign no other, and is valid for 397 days', () => {
  const { cert, key } = newCertificate();
  const made = new X509Certificate(cert);
  assert.equal(
    made.subjectAltName,
    'DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  assert.ok(made.verify(made.publicKey) && made.checkPrivateKey(createPrivateKey(key)));
  assert.equal(made.ca, false);
  const days = (made.validToDate.getTime() - made.validFromDate.getTime()) / DAY_MS;
  assert.equal(days, 397);
});

test('a certificate is kept, private to its owner, and read again', (t) => {
  const folder = folderIn(t);
  const made = keptCertificate(folder);
  assert.deepEqual(keptCertificate(folder), made);
  assert.equal(readFileSync(made.file ?? '', 'utf8'), made.cert);
  assert.deepEqual(readdirSync(folder), ['self-signed.key', 'self-signed.pem']);
  if (process.platform === 'win32') return;
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test('a new certificate is made when the kept one is near its end, was removed, or has the key of another', (t) => {
  const folder = folderIn(t);
  const { file = '', cert } = keptCertificate(folder);
  const others = [cert];
  const madeAnew = () => {
    const { cert, key } = keptCertificate(folder);
    assert.ok(!others.includes(cert));
    assert.ok(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)));
    others.push(cert);
  };
  const old = newCertificate(Date.now() - 370 * DAY_MS);
  writeFileSync(file, old.cert);
  writeFileSync(keyIn(folder), old.key);
  madeAnew();
  rmSync(file);
  madeAnew();
  writeFileSync(keyIn(folder), newCertificate().key);
  madeAnew();
});

test('a certificate that cannot be read is named, not replaced', (t) => {
  const folder = folderIn(t);
  const { file = '' } = keptCertificate(folder);
  writeFileSync(file, 'damaged');
  assert.throws(() => keptCertificate(folder), /self-signed\.pem.* cannot be read/);
  assert.equal(readFileSync(file, 'utf8'), 'damaged');
});
