import { endOf, endOfBrackets, type IsSecret, type NamedValues, withoutValues } from './replaced-values.js';
import { secrecyOf, wordsOf } from './secret-names.js';

/** Replaces the values of secret names in the notations that services log: see the constants below, one each. */
export function withoutNamedSecrets(text: string, censor: string, isSecret: IsSecret): string {
  let result = text;
  if (result.includes('=')) result = withoutValues(result, parameters, censor, isSecret);
  if (result.includes('"')) {
    result = withoutValues(result, jsonPairs, censor, isSecret);
    result = withoutValues(result, jsonMembers, censor, isSecret);
  }
  if (result.includes(': ') || result.includes(':\t')) {
    result = withoutValues(result, inspectedPairs, censor, isSecret);
    result = withoutValues(result, headerLines, censor, isSecret);
  } else if (result.includes(':')) {
    result = withoutValues(result, headerLines, censor, isSecret);
  }
  if (result.includes('-')) result = withoutValues(result, flags, censor, isSecret);
  if (result.includes('</')) result = withoutValues(result, xmlElements, censor, isSecret);
  if (result.includes('form-data')) result = withoutValues(result, formParts, censor, isSecret);
  return result;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

// `?token=…`, `password=…`, `Pwd=…;`. What stands in quotes may be a text with parameters of its own, as in `url="/login?token=…"`.
const parameterValue =
  /"(?:[^"\\]|\\[\s\S]?)*"?|'(?:[^'\\]|\\[\s\S]?)*'?|(\\{1,7}["'])[\s\S]*?(?:(?<!\\)\1|$)|(?:[^\s&;#"'<>\\]|\\(?!\\{0,6}["']))*/y;
const parameters: NamedValues = {
  opening: /(?:^|[\s?&;#,({["'])(?<name>[^\s?&;#="'<>,({[]{1,100})=/g,
  endOfValue: (text, start) => endOf(parameterValue, text, start),
  nameOf: decoded,
};

// `"password":"…"`, lists and objects whole. JSON within a text of JSON has its quotes escaped.
const jsonScalar = /"(?:[^"\\]|\\[\s\S]?)*"?|(\\{1,7}")[\s\S]*?(?:(?<!\\)\1|$)|-?\d[\d.eE+-]*|true|false/y;
const endOfJson: NamedValues['endOfValue'] = (text, start, _name, quote) =>
  text[start] === '[' || text[start] === '{' ? endOfBrackets(text, start, quote) : endOf(jsonScalar, text, start);
const jsonMembers: NamedValues = {
  opening: /(?<quote>\\{0,7}")(?<name>[^"\\]{1,100})\1\s{0,20}:\s{0,20}/g,
  endOfValue: endOfJson,
  keepsQuotes: true,
};

// `{"name":"password","value":"…"}`
const jsonPairs: NamedValues = {
  opening:
    /(?<quote>\\{0,7}")(?:name|key|field|header|param|parameter|variable)\1\s{0,20}:\s{0,20}\1(?<name>[^"\\]{1,100})\1\s{0,20},\s{0,20}\1value\1\s{0,20}:\s{0,20}/gi,
  endOfValue: endOfJson,
  keepsQuotes: true,
};

// `{ name: 'password', value: '…' }`, as Node.js shows objects.
const inspected = /'(?:[^'\\]|\\[\s\S]?)*'?|"(?:[^"\\]|\\[\s\S]?)*"?|`(?:[^`\\]|\\[\s\S]?)*`?/y;
const endOfInspected: NamedValues['endOfValue'] = (text, start) =>
  text[start] === '[' || text[start] === '{' ? endOfBrackets(text, start, "'") : endOf(inspected, text, start);
const inspectedPairs: NamedValues = {
  opening: /\b(?:name|key|field|header|param): '(?<name>[^'\\]{1,100})', value: /g,
  endOfValue: endOfInspected,
};

// `X-Api-Key: …`, `Cookie: a=b; c=d`, `{ password: '…' }`, `password: …` where what follows is no word of a sentence.
const headerLines: NamedValues = {
  opening:
    /(?<![\w.-])(?<name>[A-Za-z][\w.-]{0,80})'?[ \t]{0,3}:(?!\/)[ \t]{0,3}(?:(?:Bearer|Basic|Digest|Token|Negotiate|ApiKey|Signature|AWS4-HMAC-SHA256)[ \t]+)?/gi,
  endOfValue(text, start, name) {
    const first = text[start];
    if (first === '[' || first === '{' || first === "'" || first === '`') return endOfInspected(text, start, name, "'");
    if (/authorization$/i.test(name)) return endOf(authorization, text, start);
    if (/cookie2?$/i.test(name) && !/^cookie$/.test(name)) return endOf(cookies, text, start);
    const end = endOf(word, text, start);
    return end > start && isValue(name, text.slice(start, end), text.slice(end, end + 2)) ? end : start;
  },
};
const word = /[^\s,;"'<>})\]\\]+/y;
const authorization = /(?:[^\s,;"'<>\\]|(?<==)"[^"\r\n]*")+(?:[,;][ \t]{0,3}(?:[^\s,;"'<>\\]|(?<==)"[^"\r\n]*")+)*/y;
const cookies = /[^\s;"'<>\\]+(?:;[ \t]{0,3}[^\s;"'<>\\]+)*/y;

/** Whether this is a value and no word of a sentence: "Invalid token: expired and gone", "password: must have 8 letters". */
function isValue(name: string, value: string, after: string): boolean {
  if (name.includes('-')) return true;
  const isMade = /\d|[a-z][A-Z]|[!@#$%^&*_+=~]/.test(value);
  if (wordsOf(name).length > 1) return isMade || after.trim() === '' || /^[,;})\]]/.test(after);
  return isMade && value.length >= (/pass|pwd|pin|otp/i.test(name) ? 4 : 6);
}

// `--password …`, `-token …`; `--password=…` is a parameter.
const flagValue = /"(?:[^"\\]|\\[\s\S]?)*"?|'(?:[^'\\]|\\[\s\S]?)*'?|(?!-)[^\s"'<>|&;,\]]+/y;
const flags: NamedValues = {
  opening: /(?<![\w-])--?(?<name>[A-Za-z][\w-]{1,60})[ \t]+/g,
  endOfValue: (text, start) => endOf(flagValue, text, start),
};

// `<password>…</password>`, with a namespace, attributes or CDATA; whole where other elements lie within.
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
    /form-data;[^\r\n]{0,100}?\bname=\\?"(?<name>[^"\\\r\n]{1,100})\\?"(?:[^\r\n\\]{0,300}(?:\r?\n|\\r\\n|\\n)){1,6}?(?:\r?\n|\\r\\n|\\n)/gi,
  endOfValue(text, start) {
    partEnd.lastIndex = start;
    return partEnd.exec(text)?.index ?? text.length;
  },
};
const partEnd = /(?:\r?\n|\\r\\n|\\n)--/g;

/** Whether a list of texts is one of names and values in turn, as `rawHeaders` is: then every second one has a name. */
export function namesItsNext(listName: string | undefined, item: unknown, index: number): boolean {
  if (typeof item !== 'string' || item.length > 100) return false;
  if (/^--?[A-Za-z][\w-]*$/.test(item)) return secrecyOf(item) === true;
  return index % 2 === 0 && /raw_?(?:headers|trailers)$/i.test(listName ?? '') && secrecyOf(item) === true;
}
