import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/widgets.css';
import './style/pages.css';
import { App } from './shell/app.js';
import { applyTheme } from './state/preferences.js';
import { listenForShortcuts } from './state/shortcuts.js';

applyTheme();
listenForShortcuts();
const page = document.getElementById('page');
if (page !== null) render(<App />, page);
