import { type Exchange, sendHtml } from '../../http/exchange.js';
import { RequestError } from '../../http/request-error.js';
import { loginHeaders } from '../../http/security-headers.js';
import type { Access } from '../access/access.js';
import { messagePage } from '../access/login-page.js';
import { builtInPage } from './built-in-page.js';
import { type PageFile, readPageFiles } from './page-files.js';
import { sendPageFile } from './send-page-file.js';

/** The page and its files, read when they are first asked for. */
export class PageAssets {
  readonly #folder: string | undefined;
  readonly #access: Access;
  readonly #signal: AbortSignal;
  #reading: Promise<ReadonlyMap<string, PageFile>> | undefined;

  constructor(folder: string | undefined, access: Access, signal: AbortSignal) {
    this.#folder = folder;
    this.#access = access;
    this.#signal = signal;
  }

  async sendPage(exchange: Exchange): Promise<void> {
    const file = (await this.#files()).get('/index.html');
    if (file === undefined) {
      const message =
        'The page has not been built. Build it with "npm run build" in the repository, or install @sightline/live from npm. Its data is at ./api/.';
      sendHtml(exchange, 404, messagePage('There is no page', message), loginHeaders);
      return;
    }
    const cookie = this.#access.prolonged(exchange.request);
    await sendPageFile(exchange, file, this.#signal, cookie === undefined ? {} : { 'Set-Cookie': cookie });
  }

  async sendAsset(exchange: Exchange): Promise<void> {
    const file = (await this.#files()).get(exchange.path);
    if (file === undefined) throw new RequestError(404, 'There is nothing here. The dashboard is one page up.');
    await sendPageFile(exchange, file, this.#signal);
  }

  async #files(): Promise<ReadonlyMap<string, PageFile>> {
    this.#reading ??= this.#folder === undefined ? builtInPage() : readPageFiles(this.#folder);
    try {
      const files = await this.#reading;
      if (files.size === 0) this.#reading = undefined; // it may be built later
      return files;
    } catch (error) {
      this.#reading = undefined;
      throw error;
    }
  }
}
