import { sign } from 'node:crypto';
import type { Random } from '../../base/random.ts';
import { exportKeypair, type OpenedKey } from './ed25519.ts';
import { compileLogHead, type LogHead } from './log-head.ts';
import { field, type Outcome, type ParsedTask, parseTask } from './messages.ts';
import { generateWallet, type OpenedWallet, reopenWallet } from './opened-wallet.ts';
import { compilePayment } from './payment.ts';
import { checkSettlement } from './settlement-check.ts';
import type { Cosigned, SettlementRequirement, WalletFace } from './signer.ts';
import { getBase58Decoder } from './solana-codecs.ts';
import { encodeTransaction, hashMessage, messageOf, withFeePayerSignature } from './wire-transaction.ts';

/**
 * All that ever happens with opened keys: one answer to each message. Lives in the signer's thread, and what it answers
 * is public, but for the spender's key where the owner takes it out. No operation signs bytes it is handed: payments and
 * log heads are compiled here, a settlement is checked here again.
 */
export function createSignerCore(random: Random): (message: unknown) => Outcome {
  let wallet: OpenedWallet | null = null;
  let lastHead: LogHead | null = null;

  return (message) => {
    const task = parseTask(message);
    if (task === null) return refuse('the request is malformed');
    if (task.op === 'generate' || task.op === 'open') {
      if (wallet !== null) return refuse('the wallet is open already');
      const { outcome, opened } = openWith(task, random);
      wallet = opened;
      return outcome;
    }
    if (wallet === null) return refuse('the wallet is not open');
    if (task.op === 'sign-payment') return signPayment(wallet.spender, task.facts, random);
    if (task.op === 'sign-own-transfer') return signOwnTransfer(wallet[task.from], wallet.feePayer, task.facts, random);
    if (task.op === 'export-spender') return { kind: 'exported', keypair: exportKeypair(wallet.spender) };
    if (task.op === 'sign-log-head') {
      const head = compileLogHead(task.facts, wallet.network, lastHead);
      if (head.kind === 'refused') return head;
      lastHead = head;
      const signature = sign(null, head.message, wallet.log.key);
      return { kind: 'head-signed', signature: getBase58Decoder().decode(signature) };
    }
    return { kind: 'settlement', cosigned: cosign(wallet.feePayer, task.wire, task.requirement) };
  };
}

function openWith(
  task: Extract<ParsedTask, { key: Uint8Array }>,
  random: Random,
): { readonly outcome: Outcome; readonly opened: OpenedWallet | null } {
  const { network, key } = task;
  try {
    if (task.op === 'generate') {
      const { wallet, blobs } = generateWallet(network, key, random);
      return { outcome: { kind: 'generated', ...faceOf(wallet), blobs }, opened: wallet };
    }
    const wallet = reopenWallet(network, key, task.blobs);
    if (typeof wallet === 'string') return { outcome: { kind: 'sealed', role: wallet }, opened: null };
    return { outcome: { kind: 'opened', ...faceOf(wallet) }, opened: wallet };
  } finally {
    key.fill(0);
  }
}

function signPayment(spender: OpenedKey, facts: unknown, random: Random): Outcome {
  const payment = compilePayment(facts, spender.address, Buffer.from(random(16)).toString('hex'));
  if (payment.kind === 'refused') return payment;
  const { message } = payment;
  const signature = sign(null, message, spender.key);
  return {
    kind: 'signed',
    transfer: {
      wire: encodeTransaction(message, [null, signature]),
      messageHash: hashMessage(message),
      ownSignature: getBase58Decoder().decode(signature),
    },
  };
}

function signOwnTransfer(payer: OpenedKey, feePayer: OpenedKey, facts: unknown, random: Random): Outcome {
  if (field(facts, 'feePayer') !== feePayer.address) return refuse('the fee payer is not this wallet’s own');
  const payment = compilePayment(facts, payer.address, Buffer.from(random(16)).toString('hex'));
  if (payment.kind === 'refused') return payment;
  const { message } = payment;
  const [paid, own] = [sign(null, message, feePayer.key), sign(null, message, payer.key)];
  return {
    kind: 'signed-to-send',
    transfer: {
      wire: encodeTransaction(message, [paid, own]),
      messageHash: hashMessage(message),
      ownSignature: getBase58Decoder().decode(own),
      signature: getBase58Decoder().decode(paid),
    },
  };
}

function cosign(feePayer: OpenedKey, wire: Uint8Array, requirement: SettlementRequirement): Cosigned {
  if (requirement.feePayer !== feePayer.address) {
    return { kind: 'refused', reason: 'invalid_exact_svm_fee_payer_not_managed_by_facilitator' };
  }
  const check = checkSettlement(wire, requirement);
  if (check.kind === 'refused') return check;
  const signature = sign(null, messageOf(wire), feePayer.key);
  return {
    kind: 'cosigned',
    wire: withFeePayerSignature(wire, signature),
    signature: getBase58Decoder().decode(signature),
    messageHash: check.messageHash,
    payer: check.payer,
  };
}

function faceOf({ spender, till, feePayer, log }: OpenedWallet): WalletFace {
  return {
    addresses: { spender: spender.address, till: till.address, feePayer: feePayer.address },
    logKey: log.address,
  };
}

function refuse(rule: string): Outcome {
  return { kind: 'refused', rule };
}
