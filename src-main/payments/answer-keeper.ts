import type { KeptAnswer } from './ports.ts';
import type { AnswerKeeper } from './seller.ts';

/** Larger answers are not kept. */
const maxBytes = 1024 * 1024;

export interface OpenKeeper extends AnswerKeeper {
  /** True between the head and the end of an answer. */
  readonly isOpen: boolean;
  /** Resolves when the answer is whole and kept, or never will be. */
  readonly closed: Promise<void>;
}

/** Collects an answer and hands it to `keep` when it is whole. An upstream's error is nothing to be kept. */
export function createAnswerKeeper(keep: (answer: KeptAnswer) => Promise<void>): OpenKeeper {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let head: Omit<KeptAnswer, 'body'> | null = null;
  let chunks: Buffer[] = [];
  let size = 0;
  let done = false;

  const letGo = (): void => {
    done = true;
    chunks = [];
    close();
  };

  return {
    head(status, reason, headers) {
      if (status < 400) head = { status, reason, headers: [...headers] };
      else letGo();
    },
    data(chunk) {
      if (done || head === null) return;
      size += chunk.length;
      // A copy: whose memory the chunk is, is not known here.
      if (size <= maxBytes) chunks.push(Buffer.from(chunk));
      else letGo();
    },
    end() {
      if (done || head === null) return;
      done = true;
      const answer = { ...head, body: Buffer.concat(chunks) };
      chunks = [];
      keep(answer).then(close, close);
    },
    broken: letGo,
    get wants() {
      return !done && head !== null;
    },
    get isOpen() {
      return !done && head !== null;
    },
    closed,
  };
}
