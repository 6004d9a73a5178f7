import { test } from 'node:test';
import { singleProcess } from '../support/sweep/gateway-under-test.ts';
import { killSweep } from '../support/sweep/kill.ts';

test('whenever the gateway is killed, every payment has one end and the till learns it', (t) =>
  killSweep(t, singleProcess));
