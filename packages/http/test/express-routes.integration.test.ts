import { createServer } from 'node:http';
import express from 'express';
// @ts-expect-error Express 4 is installed beside 5
import express4 from 'express4';
import { afterEach, describe, expect, test } from 'vitest';
import { expressErrorMiddleware, expressMiddleware } from '../src/express.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';
import { request } from './shop/request.js';
import type { RunningShop } from './shop/shop.js';

type Express = typeof express;
type App = express.Express;

const open: RunningShop[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const versions: ReadonlyArray<readonly [string, Express]> = [
  ['Express 4', express4 as Express],
  ['Express 5', express],
];

const ok: express.RequestHandler = (_request, response) => void response.send('ok');

/** Starts the application, sends the requests one after another, and gives the routes that were recorded. */
async function routesOf(
  framework: Express,
  build: (app: App, express: Express) => void,
  requests: readonly string[],
  change: (app: App) => void = () => {},
): Promise<Array<readonly [route: string, count: number]>> {
  const given: Observing = observing();
  const app = framework();
  app.use(expressMiddleware(given.obs));
  build(app, framework);
  app.use(expressErrorMiddleware());
  const quiet: express.ErrorRequestHandler = (_error, _request, response, _next) =>
    void response.status(500).send('no');
  app.use(quiet);
  change(app);
  const server = await listening(createServer(app));
  open.push(server);
  for (const line of requests) {
    const [method = 'GET', path = '/'] = line.includes(' ') ? line.split(' ') : ['GET', line];
    await request(server.url, false, { method, path });
  }
  await given.until(requests.length);
  given.spans.assertNoOpenSpans();
  const counts = new Map<string, number>();
  for (const { labels, value } of given.metrics.series('http.server.request.duration')) {
    const route = String(labels['http.route']);
    counts.set(route, (counts.get(route) ?? 0) + value);
  }
  return [...counts];
}

const scanned = Array.from({ length: 200 }, (_, i) => `/wp-${i}/setup-${i}.php`);
const names = Array.from({ length: 100 }, (_, i) => `/users/name${i}/orders/${i * 7}`);

describe.each(versions)('%s', (_version, framework) => {
  test('200 scanner paths and 100 user names make two routes', async () => {
    const routes = await routesOf(
      framework,
      (app) => {
        app.get('/users/:name/orders/:order', ok);
      },
      [...scanned, ...names],
    );
    expect(routes).toEqual([
      ['unmatched', 200],
      ['/users/:name/orders/:order', 100],
    ]);
  });

  test('a mount with parameters gives its pattern, not its values', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        const orders = Router({ mergeParams: true });
        orders.get('/orders/:id', ok);
        orders.get('/', ok);
        app.use('/api/:tenant', orders);
      },
      ['/api/t1/orders/1', '/api/t2/orders/2', '/api/api/orders/orders', '/API/t3/ORDERS/3', '/api/t4/', '/api/t5'],
    );
    expect(routes).toEqual([
      ['/api/:tenant/orders/:id', 4],
      ['/api/:tenant', 2],
    ]);
  });

  test('a router that is mounted at another place while requests come', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        const items = Router({ mergeParams: true });
        items.get('/items/:item', ok);
        const shops = Router({ mergeParams: true });
        app.use('/v1', items);
        app.use('/shops', shops);
        app.get('/grow', (_request, response) => {
          app.use('/v2', items);
          shops.use('/:shop', items);
          response.send('grown');
        });
      },
      ['/v1/items/1', '/grow', '/v2/items/1', '/shops/a/items/2', '/v1/items/3'],
    );
    expect(routes).toEqual([
      ['/v1/items/:item', 2],
      ['/grow', 1],
      ['/v2/items/:item', 1],
      ['/shops/:shop/items/:item', 1],
    ]);
  });

  test('routers in routers, and one router at two places', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        const items = Router({ mergeParams: true });
        items.get('/items/:item', ok);
        const version = Router({ mergeParams: true });
        version.use('/shops/:shop', items);
        app.use('/v1', version);
        app.use('/:lang/v2/', version);
        app.use(items);
      },
      ['/v1/shops/a/items/1', '/de/v2/shops/b/items/2', '/fr/v2/shops/c/items/3', '/items/9'],
    );
    expect(routes).toEqual([
      ['/v1/shops/:shop/items/:item', 1],
      ['/:lang/v2/shops/:shop/items/:item', 2],
      ['/items/:item', 1],
    ]);
  });

  test('applications in applications and in routers', async () => {
    const routes = await routesOf(
      framework,
      (app, express) => {
        const inner = express();
        inner.get('/reports/:id', ok);
        const admin = express();
        admin.get('/people/:person', ok);
        admin.use('/deep/:level', inner);
        app.use('/admin/:area', admin);
        const alone = express();
        alone.get('/alone/:id', ok);
        const router = express.Router();
        router.use('/in/:router', alone);
        app.use('/routers', router);
      },
      ['/admin/a/people/1', '/admin/b/deep/3/reports/4', '/routers/in/x/alone/5'],
    );
    expect(routes).toEqual([
      ['/admin/:area/people/:person', 1],
      ['/admin/:area/deep/:level/reports/:id', 1],
      ['/routers/in/:router/alone/:id', 1],
    ]);
  });

  test('of an array of paths the one that matched', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        app.get(['/cars/:car', '/bikes/:bike'], ok);
        const parts = Router();
        parts.get('/parts', ok);
        app.use(['/garage/:garage', '/shop'], parts);
      },
      ['/cars/1', '/bikes/2', '/bikes/3', '/garage/7/parts', '/shop/parts'],
    );
    expect(routes).toEqual([
      ['/cars/:car', 1],
      ['/bikes/:bike', 2],
      ['/garage/:garage/parts', 1],
      ['/shop/parts', 1],
    ]);
  });

  test('regular expressions are their own names', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        app.get(/^\/files\/(.+)\.txt$/, ok);
        const versioned = Router();
        versioned.get('/thing/:id', ok);
        app.use(/^\/v\d+/, versioned);
      },
      ['/files/a.txt', '/files/b/c.txt', '/v1/thing/1', '/v99/thing/2'],
    );
    expect(routes).toEqual([
      ['/^\\/files\\/(.+)\\.txt$/', 2],
      ['/^\\/v\\d+//thing/:id', 2],
    ]);
  });

  test('router.param, next("route"), and routes that pass a request on', async () => {
    const routes = await routesOf(
      framework,
      (app) => {
        app.param('user', (_request, _response, next) => next());
        app.get('/people/:user', (_request, _response, next) => next('route'));
        app.get('/people/me', ok);
        app.get('/passed/:on', (_request, _response, next) => next());
        app.get('/people/:user', ok);
      },
      ['/people/me', '/people/ann', '/passed/on'],
    );
    expect(routes).toEqual([
      ['/people/me', 1],
      ['/people/:user', 1],
      // The last route that took the request, although no other route followed.
      ['/passed/:on', 1],
    ]);
  });

  test('errors keep the route that threw, through routers and applications', async () => {
    const routes = await routesOf(
      framework,
      (app, express) => {
        const failing = express.Router();
        failing.get('/broken/:id', () => {
          throw new Error('broken');
        });
        app.use('/api/:tenant', failing);
        const inner = express();
        inner.use('/x/:y', failing);
        app.use('/inner/:z', inner);
      },
      ['/api/t1/broken/1', '/inner/1/x/2/broken/3'],
    );
    expect(routes).toEqual([
      ['/api/:tenant/broken/:id', 1],
      ['/inner/:z/x/:y/broken/:id', 1],
    ]);
  });

  test('what no route answers is unmatched: static files, middleware, CORS, OPTIONS, errors before routing', async () => {
    const routes = await routesOf(
      framework,
      (app, express) => {
        app.use('/static', express.static(import.meta.dirname));
        app.use((request, response, next) => {
          if (request.method === 'OPTIONS' && request.path === '/cors') response.sendStatus(204);
          else if (request.path === '/early') next(new Error('early'));
          else next();
        });
        app.get('/things/:id', ok);
      },
      [
        '/static/observing.ts',
        '/static/none',
        'OPTIONS /cors',
        'OPTIONS /things/1',
        '/early',
        '/things/%zz',
        'DELETE /things/1',
      ],
    );
    expect(routes).toEqual([['unmatched', 7]]);
  });

  test('HEAD, app.all, app.route, and wildcards', async () => {
    const isFive = framework === express;
    const routes = await routesOf(
      framework,
      (app) => {
        app.get('/things/:id', ok);
        app.all('/every/:verb', ok);
        app.route('/chained/:id').post(ok);
        app.get(isFive ? '/files/*path' : '/files/*', ok);
      },
      ['HEAD /things/1', 'DELETE /every/1', 'POST /chained/2', '/files/a/b/c'],
    );
    expect(routes).toEqual([
      ['/things/:id', 1],
      ['/every/:verb', 1],
      ['/chained/:id', 1],
      [isFive ? '/files/*path' : '/files/*', 1],
    ]);
  });

  test('a router that a handler of your own calls keeps its own part', async () => {
    const routes = await routesOf(
      framework,
      (app, { Router }) => {
        const hidden = Router();
        hidden.get('/hidden/:id', ok);
        app.use('/by/:hand', (request, response, next) => hidden(request, response, next));
      },
      ['/by/1/hidden/2', '/by/3/hidden/4'],
    );
    expect(routes).toEqual([['/*/hidden/:id', 2]]);
  });

  test('routes that are added while the service runs', async () => {
    const routes = await routesOf(
      framework,
      () => {},
      ['/late/1'],
      (app) => {
        // Before the middleware for errors there is nothing that would keep it from being reached.
        app.get('/late/:id', ok);
      },
    );
    expect(routes).toEqual([['/late/:id', 1]]);
  });
});

describe('Express 4', () => {
  test('reads optional, restricted and starred parameters of mounts back', async () => {
    const routes = await routesOf(
      express4 as Express,
      (app, { Router }) => {
        const leaf = Router();
        leaf.get('/leaf', ok);
        app.use('/a/:id(\\d+)', leaf);
        app.use('/b/:x?/c', leaf);
        app.use('/d/*/e', leaf);
        app.use('/f.:ext/g-:h-:i', leaf);
      },
      ['/a/12/leaf', '/b/1/c/leaf', '/d/1/2/e/leaf', '/f.txt/g-1-2/leaf'],
    );
    expect(routes).toEqual([
      ['/a/:id/leaf', 1],
      ['/b/:x/c/leaf', 1],
      ['/d/*/e/leaf', 1],
      ['/f.:ext/g-:h-:i/leaf', 1],
    ]);
  });
});

describe('Express 5 with routers that do not keep their patterns', () => {
  test('learns what of a mount is a parameter', async () => {
    const routes = await routesOf(
      express,
      (app, { Router }) => {
        const orders = Router();
        orders.get('/orders/:id', ok);
        app.use('/api/:tenant', orders);
        app.use('/x/:a/y/:b', orders);
        for (const layer of (app.router as unknown as { stack: Array<{ rawPath?: unknown }> }).stack) {
          delete layer.rawPath;
        }
      },
      ['/api/api/orders/1', '/api/t2/orders/2', '/x/1/y/1/orders/1', '/x/y/y/x/orders/1'],
    );
    expect(routes).toEqual([
      ['/api/:tenant/orders/:id', 2],
      ['/x/:a/y/:b/orders/:id', 2],
    ]);
  });
});
