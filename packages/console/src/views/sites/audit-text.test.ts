import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { auditText, changeText, machineText } from './audit-text.ts';

const entry: api.AuditEntry = {
  ...{ id: '1', at: '2026-03-14T09:26:53.000Z', by: 'anna', via: 'key' },
  ...{ action: 'token.add', site: 'shop1', subject: '7cf8' },
};

test('an entry says what was done to what', () => {
  assert.equal(auditText(entry), 'made token 7cf8 of shop1');
  assert.equal(auditText({ ...entry, action: 'session.open' }), 'signed in');
  assert.equal(auditText({ ...entry, action: 'site.remove' }), 'removed the site shop1');
});

test('a change is described in words, from what to what', () => {
  const changes: readonly (readonly [api.Change, string])[] = [
    [{ field: 'title', before: 'A', after: '→ B' }, 'Title: A → → B'],
    [{ field: 'timeZone', before: 'Europe/London' }, 'Time zone: Europe/London → none'],
    [{ field: 'strict', before: true, after: false }, 'Unknown keys: refused → dropped'],
    [{ field: 'test', after: true }, 'Test site: none → yes'],
    [{ field: 'versions', before: ['v1', 'v0'], after: ['v1'] }, 'Versions: v1, v0 → v1'],
    [{ field: 'pace', after: 10 }, 'Pace: none → 10 ×'],
    [{ field: 'nextOutcome', after: 'DIP' }, 'Next transaction: none → declines, chip, PIN'],
    [{ field: 'label', before: null, after: '' }, 'Label: none → none'],
    [
      { field: 'when', after: { kind: 'terminal', tid: 'VCM1SIP0', state: 'started' } },
      'When: none → VCM1SIP0 has started an order',
    ],
    [{ field: 'action', before: { kind: 'drop' } }, 'Then: drop it → none'],
  ];
  for (const [change, text] of changes) assert.equal(changeText(change, false), text);
});

test('the settings of virtual card machines are described without braces', () => {
  const after = { VCM1SIP0: { currency: 'EUR', cashback: 500 }, VCM2SCD0: { gratuity: 120 } };
  assert.equal(
    changeText({ field: 'terminals', before: {}, after }, false),
    'Virtual card machines: none → VCM1SIP0 (EUR, cashback 5.00); VCM2SCD0 (gratuity 1.20)',
  );
  assert.equal(machineText('VCM1SIP0', {}), 'VCM1SIP0');
});

test('of what is new only the new value is described; an operator without a list sees all sites', () => {
  assert.equal(changeText({ field: 'currency', after: 'GBP' }, true), 'Currency: GBP');
  assert.equal(changeText({ field: 'sites', after: null }, true), 'Sites: all');
  assert.equal(changeText({ field: 'sites', after: ['a', 'b'] }, true), 'Sites: a, b');
  assert.match(changeText({ field: 'expiresAt', after: 1_800_000_000_000 }, true), /: 15 Jan 2027/);
});

test('a field that nobody knows yet is shown, not hidden', () => {
  assert.equal(
    changeText({ field: 'openAt', before: 1, after: { a: 2 } }, false),
    'Open at: 1 → {"a":2}',
  );
});
