/** A cheap test whether a text may hold a token of a known vendor. */
export function mayHoldVendorToken(text: string): boolean {
  const { length } = text;
  if (length < MIN_TOKEN) return false;
  return (
    (text.includes('_') && beforeUnderscore.test(text)) ||
    (text.includes('-') && beforeHyphen.test(text)) ||
    (text.includes('.') && aroundDot.test(text)) ||
    (text.includes('$') && aroundDollar.test(text)) ||
    (length >= MIN_TOKEN_OF_LETTERS && withoutSign.test(text))
  );
}

// The formats that the vendors document for secret scanners.
const tokensByVendor = {
  aws: String.raw`A(?:KIA|SIA|BIA|CCA)[A-Z\d]{16}(?![A-Za-z\d])`,
  github: String.raw`gh[pousr]_[A-Za-z\d]{16,255}|github_pat_\w{20,255}`,
  gitlab: String.raw`gl(?:pat|dt|rt|ft|soat|ptt|imt|cbt|agent|oas)-[\w-]{16,255}`,
  stripe: String.raw`[sr]k_(?:live|test)_[A-Za-z\d]{8,255}|whsec_[A-Za-z\d+/=]{16,255}`,
  slack: String.raw`xox[a-z](?:\.xox[a-z])?-[\w-]{8,255}|xapp-\d-[\w-]{8,255}`,
  google: String.raw`AIza[\w-]{35}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}|1\/\/0[\w-]{40,}`,
  azure: String.raw`[\w~.-]{3}\dQ~[\w~.-]{31,34}`,
  npm: String.raw`npm_[A-Za-z\d]{30,}`,
  pypi: String.raw`pypi-[\w-]{40,}`,
  rubygems: String.raw`rubygems_[a-f\d]{48}`,
  sendgrid: String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  twilio: String.raw`SK[a-f\d]{32}(?![A-Za-z\d])`,
  mailgun: String.raw`key-[a-f\d]{32}(?![A-Za-z\d])`,
  mailchimp: String.raw`[a-f\d]{32}-us\d{1,2}(?![A-Za-z\d-])`,
  openai: String.raw`sk-(?=[\w-]{0,200}\d)[\w-]{20,}`,
  groq: String.raw`gsk_[A-Za-z\d]{40,}`,
  digitalocean: String.raw`do[opr]_v1_[a-f\d]{40,}`,
  shopify: String.raw`shp(?:at|ca|pa|ss)_[A-Fa-f\d]{32,}`,
  huggingface: String.raw`hf_[A-Za-z\d]{30,}`,
  vault: String.raw`hv[sbr]\.[\w-]{20,}`,
  terraform: String.raw`[A-Za-z\d]{14}\.atlasv1\.[\w-]{60,}`,
  docker: String.raw`dckr_(?:pat|oat)_[\w-]{20,}`,
  square: String.raw`sq0[a-z]{3}-[\w-]{20,}`,
  databricks: String.raw`dapi[a-f\d]{32}`,
  newRelic: String.raw`NRAK-[A-Z\d]{27}|[a-f\d]{36}NRAL`,
  grafana: String.raw`glsa_[A-Za-z\d]{32}_[a-f\d]{8}|glc_[A-Za-z\d+/=]{32,}`,
  dynatrace: String.raw`dt0[a-z]\d\d\.[A-Z\d]{24}\.[A-Z\d]{64}`,
  sentry: String.raw`sntry[su]_[\w+/=-]{40,}`,
  linear: String.raw`lin_(?:api|oauth)_[A-Za-z\d]{32,}`,
  atlassian: String.raw`ATATT3[\w=-]{40,}`,
  figma: String.raw`fig[dour]_[\w-]{32,}`,
  notion: String.raw`ntn_[A-Za-z\d]{40,}|secret_[A-Za-z\d]{43}(?![A-Za-z\d])`,
  postman: String.raw`PMAK-[a-f\d]{24}-[a-f\d]{34}`,
  planetscale: String.raw`pscale_(?:pw|tkn|oauth)_[\w.=-]{32,}`,
  supabase: String.raw`sbp_[a-f\d]{40}|sb_secret_[\w-]{20,}`,
  heroku: String.raw`HRKU-[\w-]{36,}`,
  doppler: String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}`,
  onePassword: String.raw`ops_eyJ[\w+/=-]{100,}`,
  tailscale: String.raw`tskey-[a-z]{1,12}-[\w-]{20,}`,
  fly: String.raw`fm[12][ar]?_[\w+/=]{40,}`,
  braintree: String.raw`access_token\$[a-z]{1,12}\$[A-Za-z\d]{16}\$[a-f\d]{32}`,
  passwordHashes: String.raw`\$2[abxy]\$\d\d\$[./A-Za-z\d]{53}|\$(?:argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,16})\$[^\s"'<>\\]{20,}`,
  age: String.raw`AGE-SECRET-KEY-1[A-Z\d]{50,}`,
};
// The path of a webhook and the name of a bot are secrets.
const secretPaths = String.raw`((?:hooks\.slack\.com\/[a-z]{1,20}|discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks|webhook\.office\.com\/[a-z\d]{1,20})\/|api\.telegram\.org\/bot)[\w/:@-]{8,}`;

/** The only group stays: the beginning of an address. */
export const vendorTokens: RegExp = new RegExp(
  `(?<![A-Za-z\\d])(?:${Object.values(tokensByVendor).join('|')})|${secretPaths}`,
  'g',
);

const MIN_TOKEN = 16;
const MIN_TOKEN_OF_LETTERS = 20;
// The context of a character that tokens contain and most texts do not: searching for it first takes half the time of one expression.
const beforeUnderscore =
  /_(?<=(?:gh[pousr]|github_pat|[sr]k|whsec|npm|rubygems|gsk|_v1|shp[acs][ats]|hf|dckr|gls?[ac]|sntry[su]|lin|fig[dour]|ntn|secret|pscale|sbp?|fm[12][ar]?|ops)_)/;
const beforeHyphen =
  /-(?:(?<=(?:gl[a-z]{2,5}|sk|xox[a-z]|xapp|GOCSPX|pypi|key|sq0[a-z]{3}|NRAK|PMAK|HRKU|AGE-SECRET)-)|us\d)/;
const aroundDot = /\.(?:(?<=(?:ya29|SG|hv[sbr]|atlasv1|dt0[a-z]\d\d|dp|hooks|webhook)\.)|telegram|com\/api)/;
const aroundDollar = /\$(?:(?<=access_token\$)|2[abxy]\$|argon2|scrypt|pbkdf2)/;
const withoutSign = /A[KSBC][IC]A|AIza|dapi|SK[a-f\d]{8}|NRAL|ATATT3|Q~|1\/\/0/;
