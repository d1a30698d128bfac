import { request } from 'node:http';
import { z } from 'zod';
import type { LocalServer } from '../../src-shared/contract/index.ts';

/** How one kind of server says what it is. `detail` null: it is another kind. */
interface Sign {
  readonly kind: LocalServer['kind'];
  readonly path: string;
  detail(answer: Answer): string | null;
}

interface Answer {
  readonly status: number;
  readonly server: string;
  readonly body: string;
}

const waitMs = 400;
const mostBytes = 64 * 1024;
const mostText = 120;

const tags = z.object({ models: z.array(z.object({ name: z.string() })).max(1000) });
const models = z.object({
  object: z.literal('list').optional(),
  data: z.array(z.object({ id: z.string(), owned_by: z.string().optional() })).max(1000),
});
const props = z.object({ default_generation_settings: z.unknown(), model_path: z.string().optional() });

const modelList = ({ body }: Answer, owner?: string): string | null => {
  const found = parsed(models, body);
  if (found === null || (owner !== undefined && !found.data.some(({ owned_by }) => owned_by === owner))) return null;
  return counted(found.data.map(({ id }) => id));
};

const ollama: Sign = {
  kind: 'ollama',
  path: '/api/tags',
  detail({ body }) {
    const found = parsed(tags, body);
    return found && counted(found.models.map(({ name }) => name));
  },
};
const llamaCpp: Sign = {
  kind: 'llama.cpp',
  path: '/props',
  detail({ body }) {
    const found = parsed(props, body);
    return found && (found.model_path?.split(/[\\/]/).at(-1) ?? 'a model');
  },
};
const vllm: Sign = { kind: 'vllm', path: '/v1/models', detail: (answer) => modelList(answer, 'vllm') };
const lmStudio: Sign = { kind: 'lm-studio', path: '/v1/models', detail: (answer) => modelList(answer) };
const openAi: Sign = { kind: 'openai-compatible', path: '/v1/models', detail: (answer) => modelList(answer) };
const anyHttp: Sign = { kind: 'http', path: '/', detail: ({ body }) => titleOf(body) ?? '' };

/** Where each kind listens unless told otherwise; anywhere else it is asked for all of these. */
const usual: ReadonlyMap<number, readonly Sign[]> = new Map([
  [11_434, [ollama, openAi, anyHttp]],
  [1234, [lmStudio, anyHttp]],
  [8000, [vllm, openAi, anyHttp]],
  [8080, [llamaCpp, openAi, anyHttp]],
  [8001, [vllm, openAi, anyHttp]],
  [5000, [openAi, anyHttp]],
  [3000, [openAi, anyHttp]],
]);
const elsewhere = [ollama, llamaCpp, vllm, openAi, anyHttp];

/**
 * Looks for servers on this machine's loopback at the usual ports and at those that are named, all at once, and takes about a
 * second at most. Asks each with GET only. What they say of themselves is shortened and without control characters.
 */
export async function findLocalServers(
  named: readonly number[],
  {
    own,
    soldBy,
  }: {
    /** Groat's own ports: never looked at. */
    readonly own: ReadonlySet<number>;
    /** Which shop sells what listens there; null: none. */
    readonly soldBy: (port: number) => string | null;
  },
): Promise<readonly LocalServer[]> {
  const ports = [...new Set([...named, ...usual.keys()])].filter((port) => !own.has(port));
  const found = await Promise.all(ports.map((port) => look(port, usual.get(port) ?? elsewhere)));
  return found.flatMap((server) =>
    server === null ? [] : [{ ...server, soldBy: soldBy(Number(new URL(server.url).port || 80)) }],
  );
}

async function look(port: number, signs: readonly Sign[]): Promise<Omit<LocalServer, 'soldBy'> | null> {
  const answers = new Map<string, Promise<Answer | null>>();
  const ask = (path: string) => {
    const asked = answers.get(path) ?? get(port, path);
    answers.set(path, asked);
    return asked;
  };
  await Promise.all(signs.map(({ path }) => ask(path)));
  for (const sign of signs) {
    const answer = await ask(sign.path);
    if (answer === null || (answer.status !== 200 && sign !== anyHttp)) continue;
    const detail = sign.detail(answer);
    if (detail === null) continue;
    return { kind: sign.kind, url: `http://127.0.0.1:${port}`, detail: detail === '' ? null : inert(detail) };
  }
  return null;
}

/** Null: nobody answers there in time, or not by HTTP. */
function get(port: number, path: string): Promise<Answer | null> {
  return new Promise((resolve) => {
    const asking = request(
      { host: '127.0.0.1', port, path, agent: false, headers: { Accept: 'application/json, text/html;q=0.5' } },
      (response) => {
        const pieces: Buffer[] = [];
        let size = 0;
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            server: String(response.headers['server'] ?? ''),
            body: Buffer.concat(pieces).subarray(0, mostBytes).toString('utf8'),
          });
        response.on('data', (piece: Buffer) => {
          pieces.push(piece);
          size += piece.length;
          if (size < mostBytes) return;
          done();
          response.destroy();
        });
        response.on('end', done);
        response.on('error', () => resolve(null));
        response.on('close', () => resolve(null));
      },
    );
    const late = setTimeout(() => asking.destroy(new Error('no answer in time')), waitMs);
    asking.on('error', () => resolve(null));
    asking.on('close', () => {
      clearTimeout(late);
      resolve(null);
    });
    asking.end();
  });
}

function parsed<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null; // It is no JSON, so it is another kind.
  }
}

const counted = (names: readonly string[]): string => {
  const [first] = names;
  if (first === undefined) return 'no model yet';
  return names.length === 1 ? first : `${names.length} models: ${names.slice(0, 5).join(', ')}`;
};

const titleOf = (body: string): string | null => /<title[^>]{0,100}>([^<]{1,200})</i.exec(body)?.[1]?.trim() ?? null;

const inert = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, mostText);
