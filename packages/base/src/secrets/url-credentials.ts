/**
 * Replaces what stands before the `@` of URLs. After `user:` everything up to the last `@` before white space is the password, whatever is in it:
 * people forget to encode `/`, `#`, `?` and `@`. A number behind the colon that ends as a port does is one (RFC 3986, section 3.2) for the web,
 * where paths have an `@` (`http://registry:4873/@scope/name`); databases and brokers have none.
 * @param options.keepsUser whether the name before the colon stays. Default true
 * @param options.knowsPorts whether ports are told from passwords; otherwise all before an `@` is hidden. Default true
 */
export function withoutUrlCredentials(
  text: string,
  censor: string,
  { keepsUser = true, knowsPorts = true }: { readonly keepsUser?: boolean; readonly knowsPorts?: boolean } = {},
): string {
  let result = '';
  let end = 0;
  // Kept between URLs of one word, so that each character is looked at once.
  let wordEnd = -1;
  for (let mark = text.indexOf('://'); mark !== -1; mark = text.indexOf('://', mark + 3)) {
    if (mark < end || !isScheme(text, mark)) continue;
    const start = mark + 3;
    user.lastIndex = start;
    const { 0: found, 1: name = '', 2: sign } = user.exec(text) ?? ['', '', undefined];
    if (sign === undefined) continue;
    if (sign === '@') {
      // A name alone may be the token itself (Sentry, GitHub), and is of no use to a reader.
      result += `${text.slice(end, start)}${censor}@`;
      end = start + found.length;
      continue;
    }
    const secretStart = start + found.length;
    port.lastIndex = secretStart;
    if (knowsPorts && isOfWeb(text, mark) && port.test(text)) continue;
    if (wordEnd < secretStart) wordEnd = endOfWord(text, secretStart);
    const next = text.indexOf('://', secretStart);
    const limit = next === -1 || next > wordEnd ? wordEnd : next;
    const at = text.slice(secretStart, limit).lastIndexOf('@');
    if (at === -1) {
      // A text that was cut within a password, since no address has so long a word there.
      if (limit < text.length || limit - secretStart < MIN_CUT || /\d/.test(text.charAt(secretStart))) continue;
      result += `${text.slice(end, start)}${keepsUser ? `${name}:` : ''}${censor}`;
      end = limit;
      continue;
    }
    result += `${text.slice(end, start)}${keepsUser ? `${name}:` : ''}${censor}@`;
    end = secretStart + at + 1;
  }
  const plain = end === 0 ? text : result + text.slice(end);
  return /%2F%2F|:\\\/\\\//i.test(plain) ? plain.replaceAll(escapedUrls, `$1$3${censor}$2$4`) : plain;
}

// As a parameter of another URL, and in JSON whose slashes are escaped.
const escapedUrls =
  /((?:%3A|:)%2F%2F)(?:[^\s&"'<>%@/]|%(?!40|2F|3F)[\dA-F]{2}){1,500}(%40)|(:\\\/\\\/)[^\s"'<>\\/@]{1,500}(@)/gi;
const MIN_CUT = 500;
const user = /([^\s:@/?#"'<>[\]]{0,500})([:@])/y;
const port = /\d{1,5}(?=[/?#"'<>\s\\]|[,;)\]}](?:[\s"'[{]|$)|$)/y;
const space = /[\s<>]|$/g;

function endOfWord(text: string, from: number): number {
  space.lastIndex = from;
  return space.exec(text)?.index ?? text.length;
}

function isOfWeb(text: string, mark: number): boolean {
  return /(?:https?|wss?)$/i.test(text.slice(Math.max(0, mark - 5), mark));
}

/** Whether a scheme ends at `mark`. */
function isScheme(text: string, mark: number): boolean {
  return /[A-Za-z\d+.-]/.test(text.charAt(mark - 1));
}
