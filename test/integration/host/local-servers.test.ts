import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../../src-main/base/listen.ts';
import { findLocalServers } from '../../../src-main/host/local-servers.ts';

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server, 0);
}

const json =
  (paths: Readonly<Record<string, unknown>>): RequestListener =>
  ({ url }, response) => {
    const found = paths[url ?? ''];
    if (found === undefined) response.writeHead(404).end('nothing here');
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(found));
  };

const find = async (ports: readonly number[], own: readonly number[] = []) =>
  (await findLocalServers(ports, { own: new Set(own), soldBy: (port) => (port === ports[0] ? 'mine' : null) })).filter(
    ({ url }) => ports.includes(Number(new URL(url).port)),
  );

test.each<[string, Readonly<Record<string, unknown>>, object]>([
  [
    'ollama',
    { '/api/tags': { models: [{ name: 'llama3:8b' }, { name: 'qwen' }] } },
    { kind: 'ollama', detail: '2 models: llama3:8b, qwen' },
  ],
  [
    'vllm',
    { '/v1/models': { object: 'list', data: [{ id: 'mistral', owned_by: 'vllm' }] } },
    { kind: 'vllm', detail: 'mistral' },
  ],
  [
    'llama.cpp',
    { '/props': { default_generation_settings: {}, model_path: '/models/phi.gguf' } },
    { kind: 'llama.cpp', detail: 'phi.gguf' },
  ],
  ['another model server', { '/v1/models': { data: [] } }, { kind: 'openai-compatible', detail: 'no model yet' }],
  ['anything that speaks HTTP', {}, { kind: 'http', detail: null }],
])('knows %s by what it answers', async (_, paths, expected) => {
  const port = await serve(json(paths));
  expect(await find([port])).toEqual([{ url: `http://127.0.0.1:${port}`, soldBy: 'mine', ...expected }]);
});

test('never asks Groat’s own ports', async () => {
  let asked = 0;
  const port = await serve((_, response) => {
    asked += 1;
    response.end();
  });
  expect(await find([port], [port])).toEqual([]);
  expect(asked).toBe(0);
});

test('asks with GET only', async () => {
  const methods = new Set<string>();
  const port = await serve(({ method }, response) => {
    methods.add(method ?? '');
    response.end();
  });
  await find([port]);
  expect([...methods]).toEqual(['GET']);
});

test('what a server says of itself comes short and without control characters', async () => {
  const port = await serve((_, response) => response.end(`<title>a\u001b[31mb\u202ec${'x'.repeat(180)}</title>`));
  const [found] = await find([port]);
  expect(found?.detail).toMatch(/^a \[31mb c/);
  expect(found?.detail?.length).toBeLessThanOrEqual(120);
});

test('one that never answers, one that floods and one that speaks something else keep nobody waiting', async () => {
  const silent = await serve(() => undefined);
  const flood = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  const strange = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('hello\r\n');
  });
  onTestFinished(() => void strange.close());
  const kinds = (await find([silent, flood, await listen(strange, 0)])).map(({ kind }) => kind);
  expect(kinds).toEqual(['http']);
});
