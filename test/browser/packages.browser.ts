// The SDK as it is published, bundled by Vite as an application does, in a real browser.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PreviewServer } from 'vite';
import { build, preview } from 'vite';
import { install, pack } from '../support/packages.ts';
import { browserFixture } from './browser-fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'tillgate-packages-'));
const root = join(home, 'app');
const config = { root, configFile: false, logLevel: 'warn' } as const;
const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/app.js">';
const app = `import { connect } from '@tillgate/client';
window.connect = connect;
`;

const fixture = browserFixture();
let server: PreviewServer;
before(async () => {
  await install(root, await pack(home));
  writeFileSync(join(root, 'index.html'), `${html}</script>`);
  writeFileSync(join(root, 'app.js'), app);
  await build(config);
  server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
});
after(async () => {
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

test('the published SDK, bundled, takes a sale with a signature in a browser', async () => {
  const { page, faults } = await fixture.open(server.resolvedUrls?.local[0] ?? '');
  await page.waitForFunction('window.connect');
  const result = await page.evaluate(`(async () => {
    let signatures = 0;
    const onSignature = () => ((signatures += 1), true);
    const till = await connect({ uri: '${fixture.testGateway.uri()}', onSignature });
    const { outcome, payment } = await till.sale({ tid: 'VCMINVLSIS0', currency: 'GBP', amount: 1234 });
    till.close();
    return [outcome, payment.amountTotal, signatures];
  })()`);
  assert.deepEqual(result, ['approved', 1234, 1]);
  assert.deepEqual(faults, []);
});
