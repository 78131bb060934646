import { theme } from '../state/preferences.js';

const probe = document.createElement('span');
probe.hidden = true;
let colors = new Map<string, string>();

/** The value of a colour such as `--s1` in the theme of now, for canvases, which know no variables. */
export function themeColor(name: string): string {
  let color = colors.get(name);
  if (color === undefined) {
    if (!probe.isConnected) document.body.append(probe);
    probe.style.color = `var(${name})`;
    color = getComputedStyle(probe).color;
    colors.set(name, color);
  }
  return color;
}

/** `callback` is called when the theme changes, by the switch or by the system. Returns what ends it. */
export function onThemeChange(callback: () => void): () => void {
  listeners.add(callback);
  return () => void listeners.delete(callback);
}

const listeners = new Set<() => void>();

function changed(): void {
  colors = new Map();
  for (const listener of listeners) listener();
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
theme.subscribe(changed);
