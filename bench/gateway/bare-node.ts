import { Agent, createServer, request } from 'node:http';

/** The reverse proxy that everybody writes first: node:http, http.request, pipe. Prints its port. */
const { hostname, port } = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256 });
const server = createServer((incoming, response) => {
  const { connection: _connection, ...headers } = incoming.headers;
  const outgoing = request(
    { agent, hostname, port, path: incoming.url, method: incoming.method ?? 'GET', headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
});
process.on('SIGTERM', () => process.exit(0));
