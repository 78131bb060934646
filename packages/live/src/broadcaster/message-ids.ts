/**
 * The ids of messages, `boot:sequence`. The topics share the sequence numbers in turns, so that an id is unique and says its topic and its
 * place in there: message `index` of topic `number` has `(index + 1) * step + number`.
 */
export interface MessageIds {
  idOf(index: number, topicNumber: number): string;
  /** `undefined` for an id of another boot, or none. */
  placeOf(id: string): MessagePlace | undefined;
  /** The cursor of a reading of all topics: the number of the newest message. */
  cursorOf(order: number): string;
  orderOf(cursor: string): number | undefined;
}

export interface MessagePlace {
  readonly index: number;
  readonly topicNumber: number;
}

/** @param step more than the number of any topic */
export function messageIds(bootId: string, step: number): MessageIds {
  const prefix = `${bootId}:`;
  const cursorPrefix = `${bootId}@`;
  return {
    idOf: (index, topicNumber) => prefix + ((index + 1) * step + topicNumber),
    placeOf(id) {
      const sequence = numberAfter(prefix, id);
      // Topic numbers begin with 0, so that the sequence of a topic's beginning is below `step`.
      return sequence === undefined
        ? undefined
        : { index: Math.floor(sequence / step) - 1, topicNumber: sequence % step };
    },
    cursorOf: (order) => cursorPrefix + order,
    orderOf: (cursor) => numberAfter(cursorPrefix, cursor),
  };
}

function numberAfter(prefix: string, text: string): number | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const digits = text.slice(prefix.length);
  const number = Number(digits);
  return /^\d{1,16}$/.test(digits) && Number.isSafeInteger(number) ? number : undefined;
}
