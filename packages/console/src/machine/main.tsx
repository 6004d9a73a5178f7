// Where the card machine to hold begins.

import '../style/tokens.css';
import '../style/base.css';
import '../app/theme.ts';
import { render } from 'preact';
import { start } from './link.ts';
import { Machine } from './machine.tsx';
import { identity } from './state.ts';

const app = document.getElementById('app');
if (app) render(<Machine />, app);
if (identity.value) void start(identity.value);
