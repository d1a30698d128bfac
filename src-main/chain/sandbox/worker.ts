import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { GroatError, isGroatError } from '../../../src-shared/errors/index.ts';
import { assertNever, invariant } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { type LogSink, silentLog } from '../../base/log-sink.ts';
import { systemRandom } from '../../base/random.ts';
import { openBank } from './bank.ts';
import { blockhashes } from './blockhashes.ts';
import { openChainFile } from './chain-file.ts';
import { openFaucet } from './faucet.ts';
import { newGenesis } from './genesis.ts';
import { openHttpDoor } from './http-door.ts';
import { openJournal } from './journal.ts';
import { jsonRpcHandler } from './json-rpc.ts';
import type { StartFailure, WorkerCall, WorkerMessage, WorkerRequest, WorkerStart } from './messages.ts';
import { accountMethods } from './methods/accounts.ts';
import { blockMethods } from './methods/blocks.ts';
import { historyMethods } from './methods/history.ts';
import { transactionMethods } from './methods/transactions.ts';
import { slotClock } from './slot-clock.ts';
import { startVirtualMachine, type VirtualMachine } from './virtual-machine.ts';

// The sandbox's thread: started only by `sandbox.ts`, which speaks to it in `messages.ts`.

class NoBinary extends Error {}

async function start(options: WorkerStart, log: LogSink) {
  const vm = await startVirtualMachine().catch((error: unknown): VirtualMachine => {
    throw new NoBinary(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  });
  const journal = openJournal(
    openChainFile(options.dir, () => newGenesis(vm, options.mint, systemClock, systemRandom)),
  );
  try {
    const { timeMs, secret, faucetSeed, mint } = journal.genesis;
    if (Buffer.compare(mint, options.mint) !== 0) {
      throw new GroatError('store-foreign', { file: options.dir, problem: 'its chain was made for another mint' });
    }
    const clock = slotClock(systemClock, {
      genesisMs: timeMs,
      highWater: journal.highWater(),
      slotMs: options.slotMs,
    });
    const bank = openBank(vm, journal, clock, blockhashes(secret));
    const faucet = openFaucet(bank, faucetSeed, mint, systemRandom);
    const methods = new Map(
      Object.entries({
        ...accountMethods(bank, journal),
        ...blockMethods(bank),
        ...transactionMethods(bank, faucet),
        ...historyMethods(bank, journal),
      }),
    );
    const rpc = jsonRpcHandler(methods, bank.slot, log);
    const door = options.rpcPort === null ? null : await openHttpDoor(options.rpcPort, rpc);

    const answer = async (call: WorkerCall): Promise<unknown> => {
      switch (call.kind) {
        case 'rpc':
          return rpc(call.payload);
        case 'fund':
          return faucet.fund(call.owner, call.tokenAccount, call.amount);
        case 'airdrop':
          return faucet.airdrop(call.address, call.lamports);
        case 'token-account':
          return faucet.createTokenAccount(call.owner, call.tokenAccount);
        case 'advance':
          return bank.advance(call.slots);
        case 'stop':
          await door?.stop();
          journal.raiseHighWater(bank.slot());
          return journal.close();
        default:
          return assertNever(call);
      }
    };
    return { rpcPort: door?.port ?? null, answer };
  } catch (error) {
    journal.close();
    throw error;
  }
}

async function serve(port: MessagePort, options: WorkerStart): Promise<void> {
  const post = (message: WorkerMessage): void => port.postMessage(message);
  const log: LogSink = { ...silentLog, error: (event, fields = {}) => post({ kind: 'log', event, fields }) };
  const chain = await start(options, log);
  port.on('message', ({ id, ...call }: WorkerRequest) => {
    chain.answer(call).then(
      (value) => post({ kind: 'answer', id, value }),
      (error: unknown) => post({ kind: 'error', id, problem: error instanceof Error ? error.message : String(error) }),
    );
  });
  post({ kind: 'ready', rpcPort: chain.rpcPort });
}

function startFailure(error: unknown): StartFailure {
  if (error instanceof NoBinary) return { kind: 'no-binary', problem: error.message };
  if (isGroatError(error, 'store-newer')) return { kind: 'store-newer', context: error.context };
  if (isGroatError(error, 'store-foreign')) return { kind: 'store-foreign', context: error.context };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { kind: 'other', message: error instanceof Error ? error.message : String(error), code };
}

invariant(parentPort !== null, 'the sandbox worker is started as a thread');
const port = parentPort;
serve(port, workerData).catch((error: unknown) => {
  port.postMessage({ kind: 'failed', failure: startFailure(error) } satisfies WorkerMessage);
  port.close();
});
