/** What happened, from general to special: `['my_app', 'command', 'dispatched']`, or the same joined with dots. */
export type EventName = string | readonly string[];

/** The name joined with dots. Throws for a name that has no segments or one that is empty. */
export function eventKey(event: EventName): string {
  const key = typeof event === 'string' ? event : event.join('.');
  if (key === '' || key.split('.').includes('')) {
    throw new Error(
      `[events] Event ${JSON.stringify(event)} has an empty segment: give names such as "command.dispatched".`,
    );
  }
  return key;
}
