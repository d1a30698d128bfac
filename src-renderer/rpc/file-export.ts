import { useRef, useState } from 'react';
import { datedName, saveFile } from '../ui/download.ts';
import type { Client } from './client.ts';
import { useAct } from './host.ts';
import type { CallContext } from './owner-act.ts';
import type { Problem } from './problem.ts';

export interface FileExport {
  /** What a person is asked to give the PIN for, as in "export the log". */
  readonly action: string;
  readonly name: string;
  readonly extension: string;
  readonly type: string;
  /** The file's pieces, in their order. */
  open(client: Client, call: { context: CallContext; signal: AbortSignal }): Promise<AsyncIterable<string>>;
}

/** Writes a file of the reader's from what the host streams. It can be stopped; a file that is not whole is not written. */
export function useFileExport(): {
  start(file: FileExport): void;
  stop(): void;
  readonly busy: boolean;
  /** Characters so far. */
  readonly size: number;
  readonly problem: Problem | null;
} {
  const [size, setSize] = useState(0);
  const ends = useRef(new AbortController());
  const { run, busy, problem } = useAct(({ action, name, extension, type, open }: FileExport, client, asOwner) =>
    asOwner(action, async (context) => {
      ends.current = new AbortController();
      const { signal } = ends.current;
      const pieces: string[] = [];
      setSize(0);
      for await (const piece of await open(client, { context, signal })) {
        pieces.push(piece);
        setSize((before) => before + piece.length);
      }
      if (!signal.aborted) saveFile(datedName(name, extension), type, pieces);
    }),
  );
  return { start: run, stop: () => ends.current.abort(), busy, size, problem };
}
