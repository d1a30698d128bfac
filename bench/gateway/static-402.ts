import { createServer, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Answers every request with the bytes of a 402 that it fetched once from the given URL: as fast as node:http can be. Prints its port. */
const original = await new Promise<IncomingMessage>((resolve, reject) => {
  get(process.argv[2] ?? '', resolve).once('error', reject);
});
const perConnection = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);
const headers: string[] = [];
for (let i = 0; i + 1 < original.rawHeaders.length; i += 2) {
  const name = original.rawHeaders[i] ?? '';
  if (!perConnection.has(name.toLowerCase())) headers.push(name, original.rawHeaders[i + 1] ?? '');
}
const body = await text(original);
const server = createServer((_request, response) => {
  response.writeHead(original.statusCode ?? 500, headers).end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
});
process.on('SIGTERM', () => process.exit(0));
