import { GroatError } from '../../../src-shared/errors/index.ts';
import { clockTime, type Output, table } from '../output.ts';
import { readHidden } from '../passphrase-prompt.ts';
import { withHost } from '../with-host.ts';

const mostBytes = 8 * 1024;

/** The key comes from stdin or is typed unseen: an argument would be there for every program on the machine to read. */
export async function setSecret(
  url: string,
  { agent }: { readonly agent: readonly string[] },
  output: Output,
): Promise<void> {
  const secret = await readSecret();
  const kept = await withHost((host) => host.secrets.set({ url, secret, agents: [...agent] }));
  const who = kept.agents.length === 0 ? 'every agent' : kept.agents.join(', ');
  output.result(kept, () => `An API key is kept for ${kept.origin}, for ${who}.`);
}

export async function listSecrets(output: Output): Promise<void> {
  const found = await withHost((host) => host.secrets.list());
  output.result(found, () => {
    if (found.length === 0) return 'No API keys.';
    const rows = found.map(({ origin, agents, createdAt }) => [
      origin,
      agents.length === 0 ? 'every agent' : agents.join(', '),
      clockTime(createdAt),
    ]);
    return table(['origin', 'for', 'since (UTC)'], rows);
  });
}

export async function removeSecret(url: string, output: Output): Promise<void> {
  const { origin, removed } = await withHost((host) => host.secrets.remove({ url }));
  output.result({ origin, removed }, () => (removed ? `The key of ${origin} is forgotten.` : `${origin} has none.`));
}

async function readSecret(): Promise<string> {
  if (process.stdin.isTTY) return (await readHidden('API key: ', none)).toString('utf8').trim();
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > mostBytes) break;
  }
  if (text.trim() === '') throw none();
  return text.trim();
}

const none = () => new GroatError('config-invalid', { setting: 'API key', problem: 'none was given on stdin' });
