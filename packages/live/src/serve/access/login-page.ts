/** What asks for the token. Without script, and with its style in a file of its own, as the policy of the page demands. */
export function loginPage({ message, isRetried }: LoginPage): string {
  // A link of another site opened the page, so that the browser sent no cookie. From here it does, if it has one.
  const retry = isRetried ? '\n<meta http-equiv="refresh" content="0; url=./">' : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in – Sightline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./login.css">${retry}
</head>
<body>
<main>
<h1>Sightline live</h1>
<p role="status">${escaped(message)}</p>
<form method="post" action="./login">
<label for="t">Token</label>
<input id="t" name="t" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>
<p><a href="./">Open the dashboard</a> if you have logged in already. Does this page come back after that? Then let the browser keep cookies of this address.</p>
</main>
</body>
</html>
`;
}

export interface LoginPage {
  readonly message: string;
  /** Whether the browser is to load the dashboard once more. */
  readonly isRetried: boolean;
}

/** A page that only says something. */
export function messagePage(title: string, message: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Sightline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./login.css">
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(message)}</p>
</main>
</body>
</html>
`;
}

/** In the colours of the page. */
export const loginStyle: string = `:root {
  color-scheme: light dark;
  background: light-dark(#f7f7f5, #111214);
  color: light-dark(#1b1c1e, #e8e9eb);
}
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh; }
main {
  box-sizing: border-box;
  width: min(24rem, 100vw);
  padding: 1.75rem;
  border: 1px solid light-dark(#e5e5e1, #2a2c31);
  border-radius: 8px;
  background: light-dark(#ffffff, #18191c);
}
h1 { margin: 0 0 0.75rem; font-size: 1.2rem; }
p { margin: 0.5rem 0; }
a { color: light-dark(#2456b8, #8db0ff); }
form { display: grid; gap: 0.5rem; margin: 1.25rem 0; }
input, button { font: inherit; padding: 0.5rem 0.75rem; border: 1px solid light-dark(#767676, #8a8f98); border-radius: 6px; }
button { border-color: transparent; background: light-dark(#2456b8, #8db0ff); color: light-dark(#fff, #10131a); font-weight: 600; }
:focus-visible { outline: 2px solid light-dark(#2456b8, #8db0ff); outline-offset: 2px; }
`;

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
