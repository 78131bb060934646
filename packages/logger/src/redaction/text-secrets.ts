/**
 * Replaces what a text carries beside its words: in a URL what stands before the `@`, the values of secret parameters
 * (`?token=…`, `password=…`) and of secret members of JSON (`{"password":"…"}`), what follows `Bearer` or `Basic`, and JSON Web
 * Tokens.
 */
export function withoutTextSecrets(text: string, censor: string, isSecret: IsSecret): string {
  let result = text;
  if (result.includes('//')) {
    result = result.replaceAll(
      userInfo,
      (_, scheme: string, user: string | undefined) =>
        // A name alone is kept, but with some services (Redis, Sentry, GitHub) the name is the token.
        `${scheme}${user === undefined ? '' : `${user}:`}${censor}@`,
    );
  }
  if (result.includes('=')) {
    const isSecretParameter: IsSecret = (name, value) => isSecret(decoded(name), value);
    result = withoutValues(result, parameterName, parameterValue, censor, isSecretParameter);
  }
  if (result.includes('"')) result = withoutValues(result, memberName, memberValue, censor, isSecret);
  if (!mayHoldCredentials(result)) return result;
  return result.replaceAll(credentials, `$1${censor}`).replaceAll(webTokens, `$1${censor}`);
}

/** @param value as the text has it, with its quotes if it has such; looking for its end costs its length */
export type IsSecret = (name: string, value: () => string) => boolean;

/** Whether a text of these could be changed above; cheaper than to try it. */
export function mayHoldTextSecrets(text: string): boolean {
  return text.includes('//') || text.includes('=') || text.includes('"') || mayHoldCredentials(text);
}

/** The part of that which does not show in the characters that a text is made of. */
export function mayHoldCredentials(text: string): boolean {
  return text.length >= shortestCredentials && (text.includes('eyJ') || (text.includes(' ') && schemes.test(text)));
}

// `Basic ` and six characters.
const shortestCredentials = 12;
const schemes = /(?:earer|EARER|asic|igest|oken)\s/;

// The password may contain @ where somebody forgot to encode it, so everything up to the last one before the path is taken.
const userInfo = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:([^\s:@/?#"'<>]{0,200}):)?[^\s/?#"'<>]{1,500}@/gi;

// What stands in quotes may be a text with parameters of its own, as in `url="/login?token=…"`.
const parameterName = /(?:^|[\s?&;#,({["'])(?<name>[^\s?&;#="'<>,({[]{1,100})=/g;
const parameterValue =
  /"(?:[^"\\]|\\[\s\S]?)*"?|'(?:[^'\\]|\\[\s\S]?)*'?|(\\{1,7}["'])[\s\S]*?(?:(?<!\\)\1|$)|(?:[^\s&;#"'<>\\]|\\(?!\\{0,6}["']))*/y;

// JSON within a text of JSON has its quotes escaped.
const memberName = /(?<quote>\\{0,7}")(?<name>[^"\\]{1,100})\1\s{0,20}:\s{0,20}/g;
// A text, a number, or a list or object in so far as it is flat; what is inside has names of its own.
const memberValue = /"(?:[^"\\]|\\[\s\S]?)*"?|(\\{1,7}")[\s\S]*?(?:(?<!\\)\1|$)|-?\d[\d.eE+-]*|\[[^\]]*\]?|\{[^}]*\}?/y;

// `Token`, `Basic` and `Digest` are words of English, too ("Token expired"): what follows them must look like one that is made.
const credentials =
  /\b((?:[Bb]earer|BEARER)\s+(?=[\w.~+/=-]{6})|(?:[Bb]asic|[Dd]igest|[Tt]oken)\s+(?=[\w.~+/=-]{6})(?=[\w.~+/-]{0,200}(?:\d|[a-z][A-Z]|=)))[\w.~+/=-]+/g;
// Not looked for anew at each `-` of a long word, which would take time in proportion to its square.
const webTokens = /(?<![\w-])((?:[\w-]{0,40}-)?)eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;

/** @param value begins where `opening` ends; asked for behind the names of secrets only */
function withoutValues(text: string, opening: RegExp, value: RegExp, censor: string, isSecret: IsSecret): string {
  let result = '';
  let end = 0;
  for (const { 0: whole, groups: { name = '', quote = '' } = {}, index } of text.matchAll(opening)) {
    if (index < end) continue;
    const start = index + whole.length;
    const valueHere = (): string => {
      value.lastIndex = start;
      return value.exec(text)?.[0] ?? '';
    };
    if (!isSecret(name, valueHere)) continue;
    const { length } = valueHere();
    if (length === 0) continue;
    result += `${text.slice(end, start)}${quote}${censor}${quote}`;
    end = start + length;
  }
  return end === 0 ? text : result + text.slice(end);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
