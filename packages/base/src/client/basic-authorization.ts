/** The `Authorization` of a URL's user information (RFC 7617), `undefined` if it has none. */
export function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = Buffer.concat([percentDecoded(username), Buffer.from(':'), percentDecoded(password)]);
  return `Basic ${credentials.toString('base64')}`;
}

/** Decodes to bytes, which need not be UTF-8. A "%" without two hexadecimal digits is kept (URL Standard, "percent-decode"). */
function percentDecoded(text: string): Buffer {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
