import { assignments, curlUsers, encodedParameters, sqlPasswords } from './assigned-values.js';
import {
  endOfJson,
  inspectedPairs,
  jsonPairs,
  jsonPairsValueFirst,
  listedPairs,
  rawHeaders,
  xmlPairs,
} from './paired-values.js';
import { endOf, endOfBrackets, type IsSecret, type NamedValues, withoutValues } from './replaced-values.js';
import { secrecyOf } from './secret-names.js';
import { endOfWrittenValue } from './written-values.js';

/** Replaces the values of secret names in all notations that services log. Each notation is a constant, here or in a file of this folder. */
export function withoutNamedSecrets(text: string, censor: string, isSecret: IsSecret): string {
  let result = text;
  const replace = (kind: NamedValues): void => {
    result = withoutValues(result, kind, censor, isSecret);
  };
  // Before the parameters, because there the name `key` itself is secret.
  if (result.includes('value=')) replace(xmlPairs);
  if (result.includes('=')) replace(parameters);
  if (result.includes(' =') || /[=-]>|:=/.test(result)) replace(assignments);
  if (/%3d/i.test(result)) replace(encodedParameters);
  if (result.includes('"')) for (const kind of [jsonPairs, jsonPairsValueFirst, jsonMembers]) replace(kind);
  if (/\[\s{0,4}\[/.test(result)) replace(listedPairs);
  if (/raw_?(?:headers|trailers)/i.test(result)) replace(rawHeaders);
  if (result.includes(': ')) replace(inspectedPairs);
  if (result.includes(':')) replace(headerLines);
  if (result.includes('-')) replace(flags);
  if (result.includes('curl')) replace(curlUsers);
  if (result.includes("'")) replace(sqlPasswords);
  if (result.includes('</')) replace(xmlElements);
  if (result.includes('form-data')) replace(formParts);
  return result;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

// `?token=…`, `token[]=…`, `password=…`, `Pwd=…;`. A quoted value may contain parameters itself: `url="/login?token=…"`.
const parameterValue =
  /"(?:[^"\\]|\\[\s\S]?)*"?|'(?:[^'\\]|\\[\s\S]?)*'?|(\\{1,7}["'])[\s\S]*?(?:(?<!\\)\1|$)|(?:[^\s&;#"'<>\\]|\\(?!\\{0,6}["']))*/y;
const parameters: NamedValues = {
  opening: /(?:^|[\s?&;#,({["'])(?<name>[^\s?&;#="'<>,({[]{1,100})(?:\[\d{0,6}\]){0,3}=/g,
  endOfValue: (text, start) => endOf(parameterValue, text, start),
  nameOf: decoded,
};

// `"password":"…"`
const jsonMembers: NamedValues = {
  opening: /(?<quote>\\{0,7}")(?<name>[^"\\]{1,100})\1\s{0,20}:\s{0,20}/g,
  endOfValue: endOfJson,
  keepsQuotes: true,
};

// `X-Api-Key: …`, `Cookie: a=b; c=d`, `{ password: '…' }`, `password: …` unless a sentence follows, and what is indented
// behind `private_key: |` of YAML.
const headerLines: NamedValues = {
  opening:
    /(?<![\w.-])(?<name>\p{L}[\p{L}\p{M}\d_.-]{0,80})'?[ \t]{0,3}::?(?!\/)[ \t]{0,3}(?:(?:Bearer|Basic|Digest|Token|Negotiate|NTLM|Hawk|DPoP|ApiKey|Signature|AWS4-HMAC-SHA256)[ \t]+(?![:=]))?/giu,
  endOfValue(text, start, name) {
    const first = text[start];
    if (first === '[' || first === '{') return endOfBrackets(text, start, "'");
    if (first === '|' || first === '>') return endOf(indented, text, start);
    if (/authorization$/i.test(name)) return endOf(authorization, text, start);
    if (/signature$/i.test(name)) return Math.max(endOf(listed, text, start), endOfWrittenValue(text, start, name));
    if (/cookie2?$/i.test(name) && (!/^cookie$/.test(name) || /^[\w.-]{1,100}=/.test(text.slice(start, start + 102))))
      return endOf(cookies, text, start);
    return endOfWrittenValue(text, start, name);
  },
};
// For an unknown scheme only the second word decides, so that "Authorization: denied for user" loses one word.
const authorization =
  /(?:[A-Za-z][\w-]{1,30}[ \t]+(?=[^\s,;]{0,100}[\d=+/"]))?(?:[^\s,;"'<>\\]|(?<==)"[^"\r\n]*")+(?:[,;][ \t]{0,3}(?:[^\s,;"'<>\\]|(?<==)"[^"\r\n]*")+)*/y;
const listed = /[\w.-]{1,50}=[^\s,;"'<>\\]+(?:[,;][ \t]{0,3}[\w.-]{1,50}=[^\s,;"'<>\\]+)*/y;
const cookies = /[^\s;"'<>\\]+(?:;[ \t]{0,3}[^\s;"'<>\\]+)*/y;
const indented = /[|>][+\-\d]{0,2}(?:\r?\n[ \t]+[^\r\n]*)+/y;

// `--password …`, `-token …`, `--password:…`; `--password=…` is a parameter.
const flagValue = /"(?:[^"\\]|\\[\s\S]?)*"?|'(?:[^'\\]|\\[\s\S]?)*'?|(?!-)[^\s"'<>|&;,\]]+/y;
const flags: NamedValues = {
  opening: /(?<![\w-])--?(?<name>[A-Za-z][\w-]{1,60})(?:[ \t]+|:(?=[^\s:]))/g,
  endOfValue: (text, start) => endOf(flagValue, text, start),
};

// `<password>…</password>`, with a namespace, attributes or CDATA; whole if it contains other elements.
const XML_WINDOW = 2048;
const xmlText = /(?:<!\[CDATA\[(?:[^\]]|\](?!\]>))*(?:\]\]>)?|[^<])*/y;
const xmlElements: NamedValues = {
  opening: /<(?<name>(?:[\w.-]{1,50}:)?[\w.-]{1,100})(?:\s[^<>]{0,1000})?(?<!\/)>/g,
  endOfValue(text, start, name) {
    const close = text.slice(start, start + XML_WINDOW).indexOf(`</${name}`);
    return close === -1 ? endOf(xmlText, text, start) : start + close;
  },
  nameOf: (name) => name.slice(name.indexOf(':') + 1),
};

// `Content-Disposition: form-data; name="password"`, an empty line, the value, a boundary.
const formParts: NamedValues = {
  opening:
    /form-data;[^\r\n]{0,100}?\bname=(?:\\?")?(?<name>[^"\\\r\n;]{1,100})(?:\\?")?(?:[^\r\n\\]{0,300}(?:\r?\n|\\r\\n|\\n)){1,6}?(?:\r?\n|\\r\\n|\\n)/gi,
  endOfValue(text, start) {
    partEnd.lastIndex = start;
    return partEnd.exec(text)?.index ?? text.length;
  },
};
const partEnd = /(?:\r?\n|\\r\\n|\\n)--/g;

/** Whether a list alternates names and values, like `rawHeaders`: each value then belongs to the name before it. */
export function namesItsNext(listName: string | undefined, item: unknown, index: number): boolean {
  if (typeof item !== 'string' || item.length > 100) return false;
  if (/^--?[A-Za-z][\w-]*$/.test(item)) return secrecyOf(item) === true;
  return index % 2 === 0 && /raw_?(?:headers|trailers)$/i.test(listName ?? '') && secrecyOf(item) === true;
}
