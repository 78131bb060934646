/**
 * An order goes through each command and each event once, so their type and the order name the message: sent again, after a crash, it is
 * the same message, and whoever has handled it knows. Queries change nothing, and each is a message of its own.
 */
export function messageId(kind: 'command' | 'query' | 'event', type: string, payload: unknown): string {
  const { order } = payload as { readonly order?: string };
  return kind === 'query' || order === undefined ? crypto.randomUUID() : `${type}/${order}`;
}
