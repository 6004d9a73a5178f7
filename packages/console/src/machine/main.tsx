// Where the card machine to hold begins.

import '../style/tokens.css';
import '../style/base.css';
import '../app/theme.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { retryNow, start } from './link/link.ts';
import { Machine } from './machine.tsx';
import { identity, offNetwork } from './state.ts';

const app = document.getElementById('app');
if (app) render(<Machine />, app);
// Another machine's address.
addEventListener('hashchange', () => location.reload());
// The network is back, by hand or by itself.
effect(() => {
  if (!offNetwork.value) retryNow();
});
addEventListener('online', retryNow);
if (identity.value) void start(identity.value);
