import { createServer } from 'node:http';

/** `GET /N` answers with N server-sent events of 100 bytes, each in a write of its own. Prints its port. */
const event = `data: ${'x'.repeat(92)}\n\n`;
const server = createServer((incoming, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let left = Number(incoming.url?.slice(1));
  const next = (): void => {
    if (left === 0) {
      response.end();
      return;
    }
    left -= 1;
    response.write(event);
    setImmediate(next);
  };
  next();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
});
process.on('SIGTERM', () => process.exit(0));
