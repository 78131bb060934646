import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedText } from '../src/mask-secrets.js';

test('keys of the log backend are no secret', () => {
  expect(maskedText('logSnapshot.keys', { received_total: 'received' })).toBe('{ received_total: "received" }');
});

test('never shows the password of a URL, wherever it stands', () => {
  const password = fc.stringMatching(/^[A-Za-z0-9@:!$&'()*+,;=._~-]{8,20}$/);
  fc.assert(
    fc.property(password, (secret) => {
      const url = `https://user:${secret}@host.example/path`;
      const text = maskedText('endpoint', { list: [url], text: `see ${url} for more` });
      expect(text).not.toContain(secret);
      expect(text).toContain('host.example/path');
    }),
  );
});
