import { type Signal, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

/** Kept by the browser, for this address. */
export const theme: Signal<Theme> = signal(readChoice('theme', ['system', 'light', 'dark'] as const));
/** Keys without Ctrl: those who dictate to the computer need them off. */
export const hasSingleKeys: Signal<boolean> = signal(readChoice('keys', ['on', 'off'] as const) === 'on');

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  keep('theme', chosen);
  applyTheme();
}

export function setSingleKeys(isOn: boolean): void {
  hasSingleKeys.value = isOn;
  keep('keys', isOn ? 'on' : 'off');
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme.peek();
}

function readChoice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  try {
    const kept = localStorage.getItem(`sightline.${name}`);
    return choices.find((choice) => choice === kept) ?? choices[0];
  } catch {
    return choices[0]; // storage may be forbidden
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`sightline.${name}`, value);
  } catch {
    // for this tab only, then
  }
}
