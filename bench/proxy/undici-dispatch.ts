import { createServer } from 'node:http';
import { Pool } from 'undici';

/** node:http in front, undici's lowest door (`Pool.dispatch`) behind. Prints its port. */
const pools = new Map<string, Pool>();
const dropped = new Set(['proxy-authorization', 'proxy-connection', 'connection', 'host']);

const server = createServer((incoming, response) => {
  const url = new URL(incoming.url ?? '');
  let pool = pools.get(url.origin);
  if (pool === undefined) {
    pool = new Pool(url.origin, { connections: 256, pipelining: 1 });
    pools.set(url.origin, pool);
  }
  const headers: string[] = [];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? '';
    if (!dropped.has(name.toLowerCase())) headers.push(name, incoming.rawHeaders[i + 1] ?? '');
  }
  const hasBody =
    incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined;
  pool.dispatch(
    {
      path: url.pathname + url.search,
      method: incoming.method === 'POST' ? 'POST' : 'GET',
      headers,
      body: hasBody ? incoming : null,
    },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status, fields) => {
        delete fields['connection'];
        delete fields['keep-alive'];
        response.writeHead(status, fields);
      },
      onResponseData: (_controller, chunk) => {
        response.write(chunk);
      },
      onResponseEnd: () => response.end(),
      onResponseError: () => response.destroy(),
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
});
process.on('SIGTERM', () => process.exit(0));
