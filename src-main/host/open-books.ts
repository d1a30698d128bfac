import { join } from 'node:path';
import { address } from '@solana/kit';
import { GroatError } from '../../src-shared/errors/index.ts';
import { parseDecimal, sol } from '../../src-shared/model/index.ts';
import type { Chain, Sandbox } from '../chain/index.ts';
import { type AgentRegistry, createAgentRegistry } from '../identity/index.ts';
import { openStore, type Sealed, type Store } from '../store/index.ts';
import {
  createReconcile,
  type DeskSecrets,
  openWallet,
  type Purse,
  type Reconcile,
  type Signer,
  tokenAccountOf,
  type UnderWay,
} from '../wallet/index.ts';
import type { Config } from './config.ts';
import { type Authority, openAuthority } from './open-authority.ts';
import type { OpenChain } from './open-chain.ts';
import type { AcceptedEndpoints } from './runner.ts';
import type { StopStack } from './stop-stack.ts';
import type { Surroundings } from './surroundings.ts';

export interface Books {
  readonly store: Store;
  readonly signer: Signer;
  /** Keys of the host's own, for what lies sealed or under a MAC. */
  readonly secrets: DeskSecrets;
  /** What lies under one of them. */
  readonly sealed: Sealed;
  readonly purse: Purse;
  readonly reconcile: Reconcile;
  readonly underWay: UnderWay;
  readonly registry: AgentRegistry;
  readonly authority: Authority;
}

/** What the sandbox gives a new wallet. */
const firstUsdc = parseDecimal('100', 6);
const firstLamports = parseDecimal('10', sol.decimals);

/**
 * Opens the network's database and wallet, gives a sandbox wallet its first money, and brings the books up to the chain.
 * When this returns, every order that a crash left open is in a known state.
 */
export async function openBooks(
  config: Config,
  { network, chain, sandbox }: OpenChain,
  accepted: AcceptedEndpoints | null,
  around: Surroundings,
  stops: StopStack,
): Promise<Books> {
  const { clock, random, log, keychain, passphrasePrompt, reached } = around;
  const dir = join(config.home, network.name);
  const store = openStore(join(dir, 'groat.db'), network.name, clock);
  stops.push('store', () => store.close());
  const { signer, secrets } = await openWallet({
    network: network.name,
    dir,
    keys: store.keys,
    sealing: { setting: config.sealing, passphraseFile: config.passphraseFile, prompt: passphrasePrompt, keychain },
    log,
    random,
  });
  stops.push('signer', () => signer.stop());
  const registry = createAgentRegistry(store.agents, random, clock);
  const settings = { httpOrigins: [...config.httpOrigins].sort(), rpcUrls: [...config.rpcUrls] };
  const sealedByKeychain = store.keys.load()[0]?.sealing.kind === 'keychain';
  const desk = {
    store,
    signer,
    secrets,
    registry,
    network,
    home: config.home,
    sealedByKeychain,
    settings,
    accepted,
  };
  const authority = await openAuthority(desk, around, stops);

  const tokenAccount = tokenAccountOf(
    address(signer.addresses.spender),
    address(network.tokenProgram),
    address(network.usdc.mint),
  );
  if (sandbox !== null) {
    await refuseOtherChain(join(dir, 'chain'), chain, store.statement.cursor(tokenAccount));
    await fundSandbox(sandbox, chain, store, signer.addresses);
  }
  const purse: Purse = { asset: network.usdc, tokenAccount };
  const sealed = store.sealed(secrets.box);
  // A package that was paid for is seen through by whoever bought it, not given up by reconcile.
  const underWay: UnderWay = new Set(sealed.purchases.open().map(({ purchase }) => purchase.order));
  const reconcile = createReconcile({
    underWay,
    purse,
    orders: store.orders,
    statement: store.statement,
    chain,
    clock,
    log,
    suspect: authority.suspect,
    reached,
  });
  await authority.withAcceptedEndpoints(() => reconcile.recover());
  return { store, signer, secrets, sealed, purse, reconcile, underWay, registry, authority };
}

/** Books that have read a transaction belong to the chain that has it: on a new one their money would count twice. */
async function refuseOtherChain(file: string, chain: Chain, lastRead: string | null): Promise<void> {
  if (lastRead === null || (await chain.transaction(lastRead)) !== null) return;
  const problem =
    'it is not the chain these books were kept with (put it back, or move all of the sandbox folder away)';
  throw new GroatError('store-foreign', { file, problem });
}

/** Each address gets SOL and a token account; the spender, once, its first USDC. Repeats nothing that was done before. */
async function fundSandbox(
  sandbox: Sandbox,
  chain: Chain,
  store: Store,
  { spender, till, feePayer }: Signer['addresses'],
): Promise<void> {
  for (const owner of [spender, till, feePayer]) {
    await sandbox.ensureTokenAccount(owner);
    if ((await chain.solBalance(owner)) === 0n) await sandbox.airdrop(owner, firstLamports);
  }
  const account = await sandbox.ensureTokenAccount(spender);
  // Books that have never read the account's history are those of a first start.
  const untouched = store.statement.cursor(account) === null;
  if (untouched && (await chain.tokenBalance(account)) === 0n) await sandbox.fund(spender, firstUsdc);
}
