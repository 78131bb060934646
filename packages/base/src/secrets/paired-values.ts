import { endOf, endOfBrackets, type NamedValues } from './replaced-values.js';
import { endOfQuoted } from './written-values.js';

const jsonScalar = /"(?:[^"\\]|\\[\s\S]?)*"?|(\\{1,7}")[\s\S]*?(?:(?<!\\)\1|$)|-?\d[\d.eE+-]*|true|false/y;

/** The end of a JSON value, arrays and objects included. Within a JSON string its quotes are escaped. */
export const endOfJson: NamedValues['endOfValue'] = (text, start, _name, quote) =>
  text[start] === '[' || text[start] === '{' ? endOfBrackets(text, start, quote) : endOf(jsonScalar, text, start);

/** `{"name":"password","type":"string","value":"…"}` */
export const jsonPairs: NamedValues = {
  opening:
    /(?<quote>\\{0,7}")(?:name|key|field|header|param|parameter|variable)\1\s{0,20}:\s{0,20}\1(?<name>[^"\\]{1,100})\1\s{0,20},\s{0,20}(?:\1[^"\\]{1,50}\1\s{0,20}:\s{0,20}(?:\1[^"\\]{0,100}\1|[\w.+-]{1,30})\s{0,20},\s{0,20}){0,3}\1value\1\s{0,20}:\s{0,20}/gi,
  endOfValue: endOfJson,
  keepsQuotes: true,
};

/** `{"value":"…","name":"password"}` */
export const jsonPairsValueFirst: NamedValues = {
  opening:
    /(?<quote>\\{0,7}")value\1\s{0,20}:\s{0,20}(?=(?:"(?:[^"\\]|\\.){0,500}"|\\{1,7}"[^"\\]{0,500}\\{1,7}"|[\w.+-]{1,30})\s{0,20},\s{0,20}\1(?:name|key|field|header|param|parameter|variable)\1\s{0,20}:\s{0,20}\1(?<name>[^"\\]{1,100})\1)/gi,
  endOfValue: endOfJson,
  keepsQuotes: true,
};

/** `{ name: 'password', value: '…' }`, as Node.js shows objects. */
export const inspectedPairs: NamedValues = {
  opening:
    /\b(?:name|key|field|header|param): '(?<name>[^'\\]{1,100})',(?: \w{1,50}: (?:'[^'\\]{0,100}'|[\w.+-]{1,30}),){0,3} value: /g,
  endOfValue: (text, start) =>
    text[start] === '[' || text[start] === '{' ? endOfBrackets(text, start, "'") : endOfQuoted(text, start),
};

/** `<add key="ApiKey" value="…"/>`, `<input name="password" value="…">` */
export const xmlPairs: NamedValues = {
  opening: /\b(?:name|key|id)=(["'])(?<name>[^"'<>]{1,100})\1(?:\s[^<>]{0,200}?)?\svalue=/gi,
  endOfValue: (text, start) => endOfQuoted(text, start),
};

/** Pairs in a list: `[["Authorization","…"],["Accept","…"]]`. */
export const listedPairs: NamedValues = {
  opening: /(?<=[[,]\s{0,4}\[\s{0,4})(?<quote>\\{0,7}["'])(?<name>[A-Za-z][\w-]{0,60})\1\s{0,20},\s{0,20}(?=\1)/g,
  endOfValue: (text, start, _name, quote) =>
    quote === "'" ? endOfQuoted(text, start) : endOfJson(text, start, '', quote),
  keepsQuotes: true,
};

/** Alternating names and values, like `rawHeaders`: `"Authorization","…"`. */
export const rawHeaders: NamedValues = {
  opening: /(?<quote>\\{0,7}["'])(?<name>[A-Za-z][\w-]{0,60})\1\s{0,20},\s{0,20}(?=\1)/g,
  endOfValue: (text, start, _name, quote) =>
    quote === "'" ? endOfQuoted(text, start) : endOfJson(text, start, '', quote),
  keepsQuotes: true,
};
