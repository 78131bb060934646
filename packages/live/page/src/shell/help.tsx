import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { hasSingleKeys, setSingleKeys } from '../state/preferences.js';
import { shortcuts, useShortcut } from '../state/shortcuts.js';

const isOpen: Signal<boolean> = signal(false);

export function openHelp(): void {
  isOpen.value = true;
}

/** The keys of the page that is shown, and of all lists. */
export function Help(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useShortcut('?', 'this help', openHelp);
  useShortcut('/', 'filter', () => {
    const input = document.querySelector<HTMLInputElement>('[data-filter]');
    input?.focus();
    input?.select();
  });
  // Before the next key, which would be a command without the dialog.
  useLayoutEffect(() => {
    if (isOpen.value && dialog.current?.open === false) dialog.current.showModal();
  }, [isOpen.value]);
  const keys = [...new Map(shortcuts.value.map((shortcut) => [shortcut.key, shortcut])).values()];
  return (
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        isOpen.value = false;
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) currentTarget.close();
      }}
    >
      {isOpen.value && (
        <div class="help">
          <header>
            <h2 id="help-title">Keys</h2>
            <button type="button" class="close" aria-label="Close" onClick={() => dialog.current?.close()}>
              ×
            </button>
          </header>
          <div class="help-columns">
            <section>
              <h3>Here</h3>
              <dl>
                {keys.map(({ key, title }) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key === 'Escape' ? 'Esc' : key}</kbd>
                    </dt>
                    <dd>{title}</dd>
                  </div>
                ))}
              </dl>
            </section>
            <section>
              <h3>In lists</h3>
              <dl>
                {listKeys.map(([names, title]) => (
                  <div key={title}>
                    <dt>
                      {names.map((name) => (
                        <kbd key={name}>{name}</kbd>
                      ))}
                    </dt>
                    <dd>{title}</dd>
                  </div>
                ))}
              </dl>
              <h3>In charts</h3>
              <p>
                Click for the traces of a moment, a diamond for its trace. Drag to look at that time on all pages.
                “table” gives the numbers.
              </p>
            </section>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={hasSingleKeys.value}
              onChange={({ currentTarget }) => setSingleKeys(currentTarget.checked)}
            />
            Single keys are on. Switch them off if you dictate text.
          </label>
        </div>
      )}
    </dialog>
  );
}

const listKeys: ReadonlyArray<readonly [readonly string[], string]> = [
  [['↑', '↓'], 'one row'],
  [['PgUp', 'PgDn'], 'one screen'],
  [['Home', 'End'], 'first, last'],
  [['Enter'], 'open'],
  [['←', '→'], 'fold, unfold (spans)'],
];
