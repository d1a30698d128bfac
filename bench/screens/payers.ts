import { Agent, request as httpRequest } from 'node:http';

/** Requests that were made while it ran. */
export interface Paid {
  readonly seconds: number;
  readonly asked: number;
  readonly paid: number;
  /** Of these, before the time was over. */
  readonly inTime: number;
  /** Answered otherwise, or not at all. */
  readonly failed: number;
}

export interface Payers {
  /** Pays at a steady pace for so long: by the clock, not by answers, which may be behind. */
  pace(perSecond: number, seconds: number): Promise<Paid>;
  /** Pays as fast as answers come, so many at once. */
  rush(atOnce: number, seconds: number): Promise<Paid>;
  stop(): void;
}

const tickMs = 10;
/** Beyond this the host does not keep the pace, and more would only measure a queue. */
const mostOpen = 500;

/** Agents that buy the same thing in turn, each through its own door. */
export function createPayers(proxyUrls: readonly string[], ware: string): Payers {
  const agent = new Agent({ keepAlive: true });
  const doors = proxyUrls.map((proxyUrl) => {
    const { hostname, port, username, password } = new URL(proxyUrl);
    return { hostname, port, credential: Buffer.from(`${username}:${password}`).toString('base64') };
  });
  let count = 0;

  const buy = (): Promise<boolean> => {
    count += 1;
    const door = doors[count % doors.length];
    if (door === undefined) throw new Error('there are no agents');
    return new Promise((resolve) => {
      const request = httpRequest(
        {
          agent,
          host: door.hostname,
          port: door.port,
          // Another one each time: the same would be a loop, which Groat asks its owner about.
          path: `${ware}?${count}`,
          headers: { Host: new URL(ware).host, 'Proxy-Authorization': `Basic ${door.credential}` },
        },
        (answer) => {
          answer.resume();
          answer.once('close', () => resolve(answer.statusCode === 200 && answer.complete));
          answer.once('error', () => undefined);
        },
      );
      request.once('error', () => resolve(false));
      request.end();
    });
  };

  return {
    async pace(perSecond, seconds) {
      const began = performance.now();
      const open = new Set<Promise<void>>();
      const done = { asked: 0, paid: 0, failed: 0 };
      await new Promise<void>((resolve) => {
        const ticking = setInterval(() => {
          const elapsed = Math.min(seconds, (performance.now() - began) / 1_000);
          for (; done.asked < Math.floor(elapsed * perSecond) && open.size < mostOpen; done.asked++) {
            const one = buy().then((paid) => {
              done[paid ? 'paid' : 'failed'] += 1;
              open.delete(one);
            });
            open.add(one);
          }
          if (elapsed < seconds) return;
          clearInterval(ticking);
          resolve();
        }, tickMs);
      });
      const inTime = done.paid;
      await Promise.all(open);
      return { ...done, inTime, seconds };
    },
    async rush(atOnce, seconds) {
      const began = performance.now();
      const done = { asked: 0, paid: 0, failed: 0 };
      const one = async (): Promise<void> => {
        while (performance.now() - began < seconds * 1_000) {
          done.asked += 1;
          done[(await buy()) ? 'paid' : 'failed'] += 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      return { ...done, inTime: done.paid, seconds: (performance.now() - began) / 1_000 };
    },
    stop: () => agent.destroy(),
  };
}
