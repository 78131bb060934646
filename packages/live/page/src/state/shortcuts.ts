import { type Signal, signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { hasSingleKeys } from './preferences.js';

interface Shortcut {
  readonly key: string;
  /** What it does; shown in the help. */
  readonly title: string;
  readonly run: () => void;
}

/** Those of what is shown now; of two with the same key the later one runs. */
export const shortcuts: Signal<readonly Shortcut[]> = signal([]);

/** A single key that works wherever no text is written. */
export function useShortcut(key: string, title: string, run: () => void, isOn: boolean = true): void {
  const latest = useRef(run);
  latest.current = run;
  // With what is shown, not after its paint: a key may be pressed before.
  useLayoutEffect(() => {
    if (!isOn) return undefined;
    const shortcut = { key, title, run: () => latest.current() };
    shortcuts.value = [...shortcuts.peek(), shortcut];
    return () => {
      shortcuts.value = shortcuts.peek().filter((each) => each !== shortcut);
    };
  }, [key, title, isOn]);
}

export function listenForShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const target = event.target instanceof Element ? event.target : null;
    const isWriting = target?.closest('input:not([type=checkbox]):not([type=radio]), textarea, select') != null;
    if (isWriting) {
      if (event.key === 'Escape' && target instanceof HTMLElement) target.blur();
      return;
    }
    if (event.key !== 'Escape' && !hasSingleKeys.peek()) return;
    const shortcut = shortcuts.peek().findLast(({ key }) => key === event.key);
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run();
  });
}
