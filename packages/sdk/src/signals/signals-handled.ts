import { nextTurn } from '@sightline/base/event-loop';

/**
 * Waits two turns of the event loop, so that signals which have arrived reach their listeners: one whose last listener is removed
 * before is lost. Also with the fake timers of a test runner, for a service that its tests shut down.
 */
export async function signalsHandled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await nextTurn(); // signals come last in a turn, after messages
}
