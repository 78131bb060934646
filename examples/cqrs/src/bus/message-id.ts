/**
 * An order has each command and each event once, so type and order identify the message: sent again after a crash, it is the same
 * message, and the receiver recognises it. Queries change nothing; each is a new message.
 */
export function messageId(kind: 'command' | 'query' | 'event', type: string, payload: unknown): string {
  const { order } = payload as { readonly order?: string };
  return kind === 'query' || order === undefined ? crypto.randomUUID() : `${type}/${order}`;
}
