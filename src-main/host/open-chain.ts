import { join } from 'node:path';
import { type Network, networks } from '../../src-shared/model/index.ts';
import { invariant } from '../base/assert.ts';
import { type Chain, connectChain, type Sandbox, startSandbox } from '../chain/index.ts';
import { claimPort } from './claim-port.ts';
import type { Config } from './config.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

export interface OpenChain {
  readonly network: Network;
  readonly chain: Chain;
  /** Null off the sandbox. */
  readonly sandbox: Sandbox | null;
}

/** The chain that the configuration names: the embedded one, or Solana's by RPC. */
export async function openChain(config: Config, around: Surroundings, stops: StopStack): Promise<OpenChain> {
  const network = networks[config.network];
  const { clock, random, log } = around;
  if (config.network !== 'sandbox') {
    const [first, ...others] = config.rpcUrls.length > 0 ? config.rpcUrls : network.rpcUrls;
    invariant(first !== undefined, `${network.name} has no RPC endpoint`);
    if (network.name === 'mainnet' && config.rpcUrls.length === 0)
      log.warn('real money with a public endpoint, which turns callers away; name two or more of your own (rpcUrls)');
    const chain = await connectChain({ endpoints: [first, ...others], clock, random, log });
    stops.push('chain', () => chain.stop());
    return { network, chain, sandbox: null };
  }
  const dir = join(config.home, config.network, 'chain');
  const sandbox = await claimPort(config.rpcPort, log, (rpcPort) =>
    startSandbox({ dir, rpcPort, slotMs: around.slotMs, usdcMint: network.usdc.mint, log }),
  );
  stops.push('sandbox', () => sandbox.stop());
  const chain = await connectChain({ sandbox, clock, random, log });
  stops.push('chain', () => chain.stop());
  return { network, chain, sandbox };
}
