import { createServer } from 'node:http';
import { Pool } from 'undici';

/** node:http in front, undici's lowest door (`Pool.dispatch`) behind, to one origin. Prints its port. */
const pool = new Pool(process.argv[2] ?? '', { connections: 256, pipelining: 1 });
const dropped = new Set(['connection', 'host']);

const server = createServer((incoming, response) => {
  const headers: string[] = [];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? '';
    if (!dropped.has(name.toLowerCase())) headers.push(name, incoming.rawHeaders[i + 1] ?? '');
  }
  pool.dispatch(
    {
      path: incoming.url ?? '/',
      method: incoming.method === 'POST' ? 'POST' : 'GET',
      headers,
      body: incoming.method === 'POST' ? incoming : null,
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
