import { contextState, type DroppedField, type DroppedFieldListener } from './context-state.js';

/**
 * Calls `listener` for every field that is left out of a context, for example to count it. Without any listener a
 * process warning (`SIGHTLINE_CONTEXT`) is emitted, once per field. Errors of a listener are ignored.
 * Returns a function that removes the listener.
 */
export function onDroppedField(listener: DroppedFieldListener): () => void {
  // Wrapped, so that removing one of two equal listeners keeps the other.
  const entry: DroppedFieldListener = (dropped) => listener(dropped);
  contextState.listeners.add(entry);
  return () => void contextState.listeners.delete(entry);
}

export function reportDroppedField(dropped: DroppedField): void {
  const { listeners } = contextState;
  if (listeners.size === 0) warnOnce(dropped);
  for (const listener of listeners) {
    try {
      listener(dropped);
    } catch {
      // A listener is telemetry: it must not fail the request.
    }
  }
}

// Field names may come from a peer's message, so neither the set nor the log may grow with them.
const maxWarnings = 100;
const maxCharacters = 100;

function warnOnce({ field, reason }: DroppedField): void {
  const { warned } = contextState;
  const name = field.length <= maxCharacters ? field : `${field.length} characters`;
  if (warned.has(name) || warned.size >= maxWarnings) return;
  warned.add(name);
  process.emitWarning(
    `[context] Field ${JSON.stringify(field.slice(0, maxCharacters))} ${reason} and is left out of the context. ` +
      'Give a string, a finite number or a boolean.',
    { type: 'SightlineWarning', code: 'SIGHTLINE_CONTEXT' },
  );
}
