/** The name of an event, from general to specific: `['my_app', 'command', 'dispatched']`, or the same joined with dots. */
export type EventName = string | readonly string[];

/** Joins the name with dots. Throws if it has no segments or an empty one. */
export function eventKey(event: EventName): string {
  const key = typeof event === 'string' ? event : event.join('.');
  if (key === '' || key.split('.').includes('')) {
    throw new Error(
      `[events] Event ${JSON.stringify(event)} has an empty segment: use names such as "command.dispatched".`,
    );
  }
  return key;
}
