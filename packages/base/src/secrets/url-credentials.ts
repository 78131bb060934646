/**
 * Replaces the credentials of URLs. After `user:` everything up to the last `@` before white space is the password: people forget to
 * encode `/`, `#`, `?` and `@`. In web addresses a number after the colon that ends like a port is a port (RFC 3986, section 3.2),
 * because their paths may contain `@` (`http://registry:4873/@scope/name`). Addresses of databases and brokers have no such paths.
 * @param options.keepsUser whether the user name is kept. Default: true
 * @param options.knowsPorts whether ports are distinguished from passwords; if not, everything before an `@` is hidden. Default: true
 */
export function withoutUrlCredentials(
  text: string,
  censor: string,
  { keepsUser = true, knowsPorts = true }: { readonly keepsUser?: boolean; readonly knowsPorts?: boolean } = {},
): string {
  let result = '';
  let end = 0;
  // Kept between URLs of one word, so that each character is read once.
  let wordEnd = -1;
  for (let mark = text.indexOf('://'); mark !== -1; mark = text.indexOf('://', mark + 3)) {
    if (mark < end || !isScheme(text, mark)) continue;
    const start = mark + 3;
    user.lastIndex = start;
    const { 0: found, 1: name = '', 2: sign } = user.exec(text) ?? ['', '', undefined];
    if (sign === undefined) continue;
    if (sign === '@') {
      // A user name alone may be a token (Sentry, GitHub).
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
      // The text was cut within a password: no address has such a long word here.
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

// Within a parameter of another URL, and in JSON with escaped slashes.
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
