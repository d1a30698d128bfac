import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One raw connection, at either end: what came, and what to say back, byte for byte. */
export class RawConnection {
  readonly socket: Socket;
  #received = '';
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    const wake = (): void => this.#wake?.();
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      wake();
    });
    socket.on('error', wake);
    socket.on('end', () => {
      this.#ended = true;
      wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      wake();
    });
  }

  /** Everything that came and was not taken by `until` yet. */
  get received(): string {
    return this.#received;
  }

  /** Takes what came up to and including `mark`; rejects if the other side ends first. */
  async until(mark: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(mark);
      if (at !== -1) {
        const taken = this.#received.slice(0, at + mark.length);
        this.#received = this.#received.slice(at + mark.length);
        return taken;
      }
      if (this.#ended) throw new Error(`the connection ended before ${JSON.stringify(mark)}; got ${this.#received}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Takes `length` bytes, or as many as came before the end. */
  async count(length: number): Promise<{ readonly text: string; readonly whole: boolean }> {
    while (this.#received.length < length && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const text = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return { text, whole: text.length === length };
  }

  /** A request's head, up to the empty line. */
  head(): Promise<string> {
    return this.until('\r\n\r\n');
  }

  async closed(): Promise<void> {
    while (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  say(text: string | Buffer): void {
    if (typeof text === 'string') this.socket.write(text, 'latin1');
    else this.socket.write(text);
  }

  end(text = ''): void {
    this.socket.end(text, 'latin1');
  }
}

/** An origin that says exactly what a test tells it to, one script per connection. */
export interface RawOrigin {
  readonly port: number;
  readonly url: string;
  /** How many connections were made so far. */
  readonly connections: number;
  /** Errors that scripts ended with. */
  readonly failures: readonly unknown[];
  stop(): Promise<void>;
}

export type OriginScript = (connection: RawConnection, index: number) => Promise<void> | void;

export async function startRawOrigin(script: OriginScript, host = '127.0.0.1'): Promise<RawOrigin> {
  const sockets = new Set<Socket>();
  const failures: unknown[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const index = connections;
    connections += 1;
    Promise.resolve(script(new RawConnection(socket), index)).catch((error: unknown) => failures.push(error));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    get connections() {
      return connections;
    },
    failures,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
