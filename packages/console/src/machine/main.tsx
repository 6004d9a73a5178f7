// Entry of the page /machine/: a card machine in the browser.

import '../style/tokens.css';
import '../style/base.css';
import '../app/theme.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { createMachine } from './create-machine.ts';
import { readPageAddress } from './link/page-address.ts';
import { MachineView } from './machine.tsx';

const machine = createMachine({
  address: readPageAddress(),
  storage: localStorage,
  // Loaded for a machine that is not paired yet only.
  findTestSite: async (site) => (await import('./test-site.ts')).findTestSite(site),
  restart: () => location.reload(),
});
const { link, identity } = machine;

const app = document.getElementById('app');
if (app) render(<MachineView machine={machine} />, app);
// The address of another machine.
addEventListener('hashchange', () => location.reload());
// The network is on again in the faults panel.
effect(() => {
  if (!link.network.isOff.value) link.retryNow();
});
if (identity.value) void link.start(identity.value);
