import type { ShopView } from '../../../src-shared/contract/index.ts';
import { pathToBuy } from './route-rows.ts';

/** Something a buyer can paste. */
export interface Snippet {
  readonly id: 'curl' | 'groat' | 'javascript' | 'python';
  readonly name: string;
  readonly about: string;
  readonly text: string;
  /** Nothing can be bought this way as the shop stands; null where it can. */
  readonly not: string | null;
}

/** How others buy from a shop, in their own tools. */
export function snippetsFor(
  shop: Pick<ShopView, 'gatewayUrl' | 'price' | 'routes' | 'network' | 'dialects'>,
): readonly Snippet[] {
  const { method, path } = pathToBuy(shop);
  const url = `${shop.gatewayUrl.replace(/\/$/, '')}${path}`;
  const takes = new Set(shop.dialects);
  return [
    {
      id: 'curl',
      name: 'curl',
      about: 'Asks for the price, and pays nothing.',
      text: `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(url)}`,
      not: null,
    },
    {
      id: 'groat',
      name: 'Groat',
      about: 'Asks, pays within the limits of the agent “cli”, and shows each step.',
      text: `groat pay ${shellWord(url)}${method === 'GET' ? '' : ` -X ${method}`}`,
      not: null,
    },
    {
      id: 'javascript',
      name: 'JavaScript',
      about: 'With the official client. The buyer’s secret key is 64 bytes in base58, as wallets export it.',
      text: javascript(url, method, shop.network),
      not: takes.has('x402-v2') ? null : 'This shop does not take what the current client sends.',
    },
    {
      id: 'python',
      name: 'Python',
      about: 'With ag402, after “ag402 setup”.',
      text: python(url, method),
      not: takes.has('open402') ? null : 'This shop does not take payments of ag402: switch it on under “Ways to pay”.',
    },
  ];
}

const javascript = (
  url: string,
  method: string,
  network: string,
): string => `// npm install @x402/fetch @x402/svm @solana/kit
import { createKeyPairSignerFromBytes, getBase58Encoder } from '@solana/kit';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { ExactSvmScheme } from '@x402/svm/exact/client';

const key = getBase58Encoder().encode(process.env.SVM_PRIVATE_KEY);
const buyer = await createKeyPairSignerFromBytes(key);
const client = new x402Client().register(${JSON.stringify(network)}, new ExactSvmScheme(buyer));
const payingFetch = wrapFetchWithPayment(fetch, client);

const answer = await payingFetch(${JSON.stringify(url)}${method === 'GET' ? '' : `, { method: ${JSON.stringify(method)} }`});
console.log(await answer.text());`;

const python = (url: string, method: string): string => `# pip install ag402-core httpx
import asyncio
import ag402_core
import httpx

ag402_core.enable()

async def main():
    async with httpx.AsyncClient() as client:
        answer = await client.request(${JSON.stringify(method)}, ${JSON.stringify(url)})
        print(answer.text)

asyncio.run(main())`;

/** One word for a shell, whatever stands in it. */
const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
