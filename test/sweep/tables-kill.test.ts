import { test } from 'node:test';
import { singleProcess } from '../support/sweep/gateway-under-test.ts';
import { tablesKillSweep } from '../support/sweep/tables-kill.ts';

test('whenever the gateway is killed, what was paid at the tables is booked once', (t) =>
  tablesKillSweep(t, singleProcess));
