import { test } from 'node:test';
import { singleProcess } from '../support/sweep/gateway-under-test.ts';
import { linkKillSweep } from '../support/sweep/link-kill.ts';

test('whenever the gateway is killed, every payment at a linked machine has one end', (t) =>
  linkKillSweep(t, singleProcess));
