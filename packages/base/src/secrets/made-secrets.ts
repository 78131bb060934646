/** Replaces what shows by its own form that it is a secret, whatever its name: keys, tokens of known makers, what follows `Bearer`. */
export function withoutMadeSecrets(text: string, censor: string): string {
  let result = text;
  if (result.includes('-----BEGIN')) result = result.replaceAll(privateKeys, `$1${censor}$2`);
  if (mayHoldCredentials(result)) {
    result = result.replaceAll(credentials, `$1${censor}`).replaceAll(webTokens, `$1${censor}`);
  }
  if (mayHoldMakersToken(result)) result = result.replaceAll(makersTokens, `$1${censor}`);
  return result;
}

/** Whether a text may hold one of these; cheaper than to try. */
export function mayHoldMadeSecrets(text: string): boolean {
  return mayHoldCredentials(text) || mayHoldMakersToken(text) || text.includes('-----BEGIN');
}

function mayHoldCredentials(text: string): boolean {
  return text.length >= MIN_CREDENTIALS && (text.includes('eyJ') || (text.includes(' ') && schemes.test(text)));
}

function mayHoldMakersToken(text: string): boolean {
  return text.length >= MIN_TOKEN && sign.test(text) && beginnings.test(text);
}

// `Basic ` and six characters.
const MIN_CREDENTIALS = 12;
const schemes = /(?:earer|EARER|asic|igest|oken)\s/;

// RFC 7468; certificates and public keys are none.
const privateKeys = /(-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----)[\s\S]*?(-----END [A-Z\d ]{0,60}-----|$)/g;

// `Token`, `Basic` and `Digest` are words of English, too ("Token expired"): what follows them must look like one that is made.
const credentials =
  /\b((?:[Bb]earer|BEARER)\s+(?=[\w.~+/=-]{6})|(?:[Bb]asic|[Dd]igest|[Tt]oken)\s+(?=[\w.~+/=-]{6})(?=[\w.~+/-]{0,200}(?:\d|[a-z][A-Z]|=)))[\w.~+/=-]+/g;
// Not looked for anew at each `-` of a long word, which would take time in proportion to its square.
const webTokens = /(?<![\w-])((?:[\w-]{0,40}-)?)eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;

// As their makers document them, so that secret scanners find them.
const tokensByMaker = {
  aws: String.raw`A(?:KIA|SIA|BIA|CCA)[A-Z\d]{16}(?![A-Za-z\d])`,
  github: String.raw`gh[pousr]_[A-Za-z\d]{16,255}|github_pat_\w{20,255}`,
  gitlab: String.raw`gl(?:pat|dt|rt|ft|soat|ptt|imt|cbt|agent|oas)-[\w-]{16,255}`,
  stripe: String.raw`[sr]k_(?:live|test)_[A-Za-z\d]{8,255}|whsec_[A-Za-z\d+/=]{16,255}`,
  slack: String.raw`xox[a-z](?:\.xox[a-z])?-[\w-]{8,255}|xapp-\d-[\w-]{8,255}`,
  google: String.raw`AIza[\w-]{35}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}`,
  npm: String.raw`npm_[A-Za-z\d]{30,}`,
  pypi: String.raw`pypi-[\w-]{40,}`,
  sendgrid: String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  openai: String.raw`sk-(?=[\w-]{0,200}\d)[\w-]{20,}`,
  digitalocean: String.raw`do[opr]_v1_[a-f\d]{40,}`,
  shopify: String.raw`shp(?:at|ca|pa|ss)_[A-Fa-f\d]{32,}`,
  huggingface: String.raw`hf_[A-Za-z\d]{30,}`,
  vault: String.raw`hv[sbr]\.[\w-]{20,}`,
  docker: String.raw`dckr_(?:pat|oat)_[\w-]{20,}`,
  square: String.raw`sq0[a-z]{3}-[\w-]{20,}`,
  databricks: String.raw`dapi[a-f\d]{32}`,
  age: String.raw`AGE-SECRET-KEY-1[A-Z\d]{50,}`,
};
// The path of webhooks and the name of bots is the secret.
const secretPaths = String.raw`((?:hooks\.slack\.com\/[a-z]{1,20}|discord(?:app)?\.com\/api\/webhooks)\/|api\.telegram\.org\/bot)[\w/:-]{8,}`;
const makersTokens = new RegExp(`(?<![A-Za-z\\d])(?:${Object.values(tokensByMaker).join('|')})|${secretPaths}`, 'g');
const MIN_TOKEN = 16;
// What each of them contains, so that ids of digits and letters are passed by at once.
const sign = /[_.-]|A[KSBC][IC]A|AIza|dapi/;
const beginnings =
  /A[KSBC][IC]A|AIza|gh[pousr]_|github_pat|gl[a-z]{2,5}-|[sr]k[_-]|whsec_|xox|xapp-|ya29|GOCSPX|npm_|pypi-|SG\.|_v1_|shp[acs]|hf_|hv[sbr]\.|dckr_|sq0|dapi|AGE-SECRET|hooks\.slack|webhooks\/|telegram/;
