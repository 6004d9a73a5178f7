// Entry of the page /console/.

import '../style/tokens.css';
import '../style/base.css';
import { render } from 'preact';
import { Shell } from './shell.tsx';

const app = document.getElementById('app');
if (app) render(<Shell />, app);
