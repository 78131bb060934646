import type { NamedValues } from './replaced-values.js';
import { endOfQuoted, endOfWrittenValue } from './written-values.js';

/** `password = "…"` of TOML, INI and .NET, `:password=>"…"` of Ruby, `'password' => '…'` and `[password] => …` of PHP, `password -> …`. */
export const assignments: NamedValues = {
  opening:
    /(?<![\w.-])(?<name>[\p{L}_][\p{L}\d_.-]{0,80})["'\]]?(?:[ \t]{0,8}(?:=>|->|:=)|[ \t]{1,8}=(?![=>]))[ \t]{0,8}(?!=)/gu,
  endOfValue(text, start, name) {
    const end = endOfWrittenValue(text, start, name);
    return isCode.test(text.slice(start, Math.min(end, start + MAX_CODE))) ? start : end;
  },
};
// `token = readToken2(…)`, `token => token.value_of`, `password = this.#password`, `token = $1`.
const isCode =
  /^(?!["'`])(?:[\w$.#?]*[([]|[A-Za-z_$][\w$]*(?:\??\.#?[A-Za-z_$][\w$]*)+$|[$:@?]\w{1,32}$|undefined$|null$|true$|false$)/;
const MAX_CODE = 256;

/** `ALTER USER u WITH PASSWORD '…'`, `CREATE USER u IDENTIFIED BY '…'`: what follows these in quotes is always a password. */
export const sqlPasswords: NamedValues = {
  opening:
    /\b(?:WITH[ \t]{1,5}(?:ENCRYPTED[ \t]{1,5})?(?<name>PASSWORD)|IDENTIFIED[ \t]{1,5}(?:WITH[ \t]{1,5}["'`]?\w{1,40}["'`]?[ \t]{1,5})?(?:BY|AS)(?:[ \t]{1,5}PASSWORD)?)[ \t]{1,5}(?=')/gi,
  endOfValue: (text, start) => endOfQuoted(text, start),
  nameOf: () => 'password',
};

/** `curl -u user:…`, `--user user:…`; numbers are ids of users and groups. */
export const curlUsers: NamedValues = {
  opening: /(?<![\w-])(?:-u|-U|--(?:proxy-)?user)[ \t=]{0,5}["']?[^\s:"']{1,100}:(?!\d{1,6}(?:["'\s]|$))/g,
  endOfValue(text, start) {
    userEnd.lastIndex = start;
    return userEnd.exec(text)?.index ?? text.length;
  },
  nameOf: () => 'password',
};
const userEnd = /[\s"']|$/g;

/** `?next=%2Fcb%3Ftoken%3D…`: parameters of a URL within a parameter. */
export const encodedParameters: NamedValues = {
  opening: /%(?:3F|26|23|3B)(?<name>[\w.-]{1,100})%3D/gi,
  endOfValue(text, start) {
    encodedEnd.lastIndex = start;
    return encodedEnd.exec(text)?.index ?? text.length;
  },
};
const encodedEnd = /%(?:26|23|3B)|[^\w%.~+!*()-]|$/gi;
