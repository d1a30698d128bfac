import { createServer } from 'node:http';
import { listen } from '../base/listen.ts';

/** What the first payment buys: a saying about money. */
const sayings = [
  'A penny saved is a penny earned; a groat is four of them.',
  'Beware of little expenses; a small leak will sink a great ship.',
  'He that goes a borrowing goes a sorrowing.',
  'Money is a good servant but a bad master.',
  'Rather go to bed supperless than rise in debt.',
  'Pay what you owe, and you will know what is your own.',
] as const;

export interface DemoApi {
  readonly url: URL;
  stop(): Promise<void>;
}

/** A tiny free API on loopback, for a shop to stand in front of. */
export async function startDemoApi(): Promise<DemoApi> {
  let served = 0;
  const server = createServer((request, response) => {
    request.resume();
    served += 1;
    const body = JSON.stringify({ saying: sayings[(served - 1) % sayings.length], served });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(`${body}\n`);
  });
  const port = await listen(server, 0);
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
