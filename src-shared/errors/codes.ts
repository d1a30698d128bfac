/**
 * Every breakage Groat can report: a stable code, the typed context a caller may read, and two sentences for a person
 * (what happened, what to do next). Append only: codes cross RPC, logs and exit messages, and scripts match on them.
 * A refusal (a limit, a bad offer) is not here: it is a value, see `model/decision.ts`.
 */
export interface ErrorContexts {
  'config-invalid': { readonly setting: string; readonly problem: string };
  'network-unavailable': { readonly network: string; readonly problem: string; readonly next: string };
  'already-running': { readonly home: string; readonly pid: number | null };
  'not-running': { readonly home: string };
  'port-taken': { readonly port: number; readonly by: string; readonly flag: string };
  'store-newer': { readonly file: string; readonly found: number; readonly known: number };
  'store-foreign': { readonly file: string; readonly problem: string };
  'key-sealed': { readonly problem: string; readonly next: string };
  'keychain-locked': { readonly keyId: string };
  'signer-refused': { readonly rule: string };
  'signer-stopped': { readonly problem: string };
  'order-transition': { readonly order: string; readonly from: string; readonly event: string };
  'order-unknown': { readonly order: string };
  'ledger-unbalanced': { readonly problem: string };
  'rpc-failed': { readonly method: string; readonly problem: string };
  'sandbox-unavailable': { readonly problem: string };
  'agent-exists': { readonly agent: string };
  'agent-unknown': { readonly agent: string };
  'agent-name': { readonly agent: string };
  'amount-invalid': { readonly text: string; readonly problem: string };
  'address-invalid': { readonly text: string };
  'target-invalid': { readonly text: string; readonly problem: string };
  'upstream-failed': { readonly target: string; readonly problem: string };
  /** `why` reads on from "the policy". */
  'policy-altered': { readonly key: string | null; readonly why: string };
  'owner-required': { readonly action: string };
  'pin-missing': Readonly<Record<never, never>>;
  'pin-wrong': { readonly triesLeft: number };
  /** Milliseconds since the epoch. */
  'pin-locked': { readonly until: number };
  'pin-weak': { readonly problem: string };
  'pin-unread': { readonly problem: string };
  /** `reason` is one of the refusal reasons. */
  'authorization-withdrawn': { readonly reason: string; readonly detail: string };
  'approval-unknown': { readonly approval: string };
  'approval-closed': { readonly approval: string; readonly state: string };
  'policy-invalid': { readonly subject: string; readonly problem: string };
  'ui-absent': Readonly<Record<never, never>>;
  'shop-unknown': { readonly shop: string };
  /** `problem` reads on after a colon. */
  'shop-invalid': { readonly shop: string; readonly problem: string };
  'sale-unknown': { readonly sale: string };
  'refund-refused': { readonly sale: string; readonly problem: string };
  /** `problem` reads on after a colon. */
  'prepaid-invalid': { readonly origin: string; readonly problem: string };
  'credit-unknown': { readonly credit: string };
  internal: { readonly problem: string };
}

export type ErrorCode = keyof ErrorContexts;

interface Text {
  readonly what: string;
  readonly next: string;
}

/** One row per code. Texts name the setting, file or flag to touch; never a secret. */
export const errorTexts: { readonly [C in ErrorCode]: (context: ErrorContexts[C]) => Text } = {
  'config-invalid': ({ setting, problem }) => ({
    what: `The setting ${setting} cannot be used: ${problem}.`,
    next: `Correct ${setting} (flag, GROAT_* variable or groat.json) and start again.`,
  }),
  'network-unavailable': ({ network, problem, next }) => ({
    what: `The network ${network} cannot be used: ${problem}.`,
    next,
  }),
  'already-running': ({ home, pid }) => ({
    what: `Groat already runs on ${home}${pid === null ? '' : ` (process ${pid})`}.`,
    next: 'Use it with `groat status`, end it with Ctrl-C in its terminal, or start another one with its own GROAT_HOME.',
  }),
  'not-running': ({ home }) => ({
    what: `No Groat is running on ${home}.`,
    next: 'Start one with `groat start`.',
  }),
  'port-taken': ({ port, by, flag }) => ({
    what: `Port ${port} is taken by ${by}.`,
    next: `Stop that program, or choose another port with ${flag} N (0 = any free port).`,
  }),
  'store-newer': ({ file, found, known }) => ({
    what: `${file} was written by a newer Groat (format ${found}; this one knows up to ${known}). It was left untouched.`,
    next: 'Start the newer Groat, or point GROAT_HOME at another folder.',
  }),
  'store-foreign': ({ file, problem }) => ({
    what: `${file} is not a Groat database for this use: ${problem}. It was left untouched.`,
    next: 'Point GROAT_HOME at another folder, or move that file away.',
  }),
  'key-sealed': ({ problem, next }) => ({ what: `The wallet cannot be opened: ${problem}.`, next }),
  'keychain-locked': ({ keyId }) => ({
    what: `The keychain does not give the wallet's key ${keyId}: it is locked, or the entry was removed.`,
    next: 'Unlock the keychain and start again. Groat never makes a new key over an existing wallet.',
  }),
  'signer-refused': ({ rule }) => ({
    what: `The signer refused to sign: ${rule}.`,
    next: 'Nothing was signed and nothing was spent.',
  }),
  'signer-stopped': ({ problem }) => ({
    what: `The signer stopped: ${problem}.`,
    next: 'Restart Groat; open orders are reconciled at start.',
  }),
  'order-transition': ({ order, from, event }) => ({
    what: `Order ${order} cannot go from ${from} by ${event}.`,
    next: 'This is a bug in Groat; please report it. No money moved by it.',
  }),
  'order-unknown': ({ order }) => ({
    what: `There is no order ${order}.`,
    next: 'See `groat history` for the orders.',
  }),
  'ledger-unbalanced': ({ problem }) => ({
    what: `The ledger refused an entry: ${problem}.`,
    next: 'This is a bug in Groat; please report it. The entry was not written.',
  }),
  'rpc-failed': ({ method, problem }) => ({
    what: `The Solana RPC call ${method} failed: ${problem}.`,
    next: 'Check the network and the RPC endpoints (`groat doctor`); Groat keeps trying where it is safe.',
  }),
  'sandbox-unavailable': ({ problem }) => ({
    what: `The embedded chain cannot run here: ${problem}.`,
    next: 'Use Solana devnet instead: GROAT_NETWORK=devnet.',
  }),
  'agent-exists': ({ agent }) => ({
    what: `There is already an agent called ${agent}.`,
    next: 'Choose another name, or revoke it first with `groat agents revoke`.',
  }),
  'agent-unknown': ({ agent }) => ({
    what: `There is no agent called ${agent}.`,
    next: 'See `groat agents list`, or add it with `groat agents add`.',
  }),
  'agent-name': ({ agent }) => ({
    what: `${JSON.stringify(agent)} cannot be an agent's name.`,
    next: 'Use 1 to 40 of a-z, 0-9, dot, dash and underscore, starting with a letter or digit.',
  }),
  'amount-invalid': ({ text, problem }) => ({
    what: `${JSON.stringify(text)} is not an amount: ${problem}.`,
    next: 'Write a plain decimal such as 0.01.',
  }),
  'address-invalid': ({ text }) => ({
    what: `${JSON.stringify(text)} is not a Solana address.`,
    next: 'Give the base58 form of 32 bytes.',
  }),
  'target-invalid': ({ text, problem }) => ({
    what: `${JSON.stringify(text)} cannot be a target: ${problem}.`,
    next: 'Give an absolute http:// or https:// URL.',
  }),
  'upstream-failed': ({ target, problem }) => ({
    what: `${target} could not be reached: ${problem}.`,
    next: 'Check that it runs and that the address is right.',
  }),
  'policy-altered': ({ key, why }) => ({
    what: `The policy ${why}${key === null ? '' : ` (${key})`}.`,
    next: 'Nothing is granted by it: put the database back from a backup, and find out who writes to it.',
  }),
  'owner-required': ({ action }) => ({
    what: `This needs the owner: ${action}.`,
    next: 'Give the PIN on the terminal, or in a file of mode 0600 named by GROAT_PIN_FILE; set one with `groat owner set-pin`.',
  }),
  'pin-missing': () => ({
    what: 'This Groat has no owner’s PIN yet.',
    next: 'Set one with `groat owner set-pin`.',
  }),
  'pin-wrong': ({ triesLeft }) => ({
    what: `The owner’s PIN is wrong; ${triesLeft === 1 ? 'one try is' : `${triesLeft} tries are`} left.`,
    next: 'Nothing was done. After the last wrong try the PIN is locked for a while.',
  }),
  'pin-locked': ({ until }) => ({
    what: `After too many wrong tries the owner’s PIN is locked until ${new Date(until).toISOString()}.`,
    next: 'Nothing was done. Try again then; each further wrong try doubles the wait, up to an hour.',
  }),
  'pin-weak': ({ problem }) => ({
    what: `This cannot be the owner’s PIN: ${problem}.`,
    next: 'Choose one of at least 8 characters.',
  }),
  'pin-unread': ({ problem }) => ({
    what: `The owner’s PIN could not be read: ${problem}.`,
    next: 'Type it on a terminal, or put it in a file of mode 0600 and name that in GROAT_PIN_FILE.',
  }),
  'authorization-withdrawn': ({ detail }) => ({
    what: detail,
    next: 'Nothing was sent; what was set aside is free again.',
  }),
  'approval-unknown': ({ approval }) => ({
    what: `There is no approval ${approval}.`,
    next: 'See `groat approvals list`.',
  }),
  'approval-closed': ({ approval, state }) => ({
    what: `Approval ${approval} is ${state}; it cannot be answered any more.`,
    next: 'If the agent still wants it, its next try asks again.',
  }),
  'policy-invalid': ({ subject, problem }) => ({
    what: `${subject} cannot be changed like this: ${problem}.`,
    next: 'Nothing was changed. `groat policy show` tells what is in force.',
  }),
  'ui-absent': () => ({
    what: 'This Groat shows its screens in its own window only, or has none.',
    next: 'Open that window from the tray icon, or end it and start one with `groat start`.',
  }),
  'shop-unknown': ({ shop }) => ({
    what: `There is no shop called ${shop}.`,
    next: 'See `groat shops list`, or open one with `groat serve`.',
  }),
  'shop-invalid': ({ shop, problem }) => ({
    what: `The shop ${shop} cannot be opened like this: ${problem}.`,
    next: 'Nothing was changed. `groat serve --help` shows what a shop may be.',
  }),
  'sale-unknown': ({ sale }) => ({
    what: `There is no sale ${sale}.`,
    next: 'See `groat shops sales`.',
  }),
  'refund-refused': ({ sale, problem }) => ({
    what: `The sale ${sale} cannot be refunded: ${problem}.`,
    next: 'Nothing was sent. `groat shops sales` shows how it stands.',
  }),
  'prepaid-invalid': ({ origin, problem }) => ({
    what: `No prepaid package can be bought from ${origin}: ${problem}.`,
    next: 'See `groat prepaid packages URL` for what it sells. Nothing was paid.',
  }),
  'credit-unknown': ({ credit }) => ({
    what: `There is no prepaid credit ${credit}.`,
    next: 'See `groat prepaid status` for what was bought.',
  }),
  internal: ({ problem }) => ({
    what: `Something broke inside Groat: ${problem}.`,
    next: 'Please report it with the log file; `groat doctor` says where that is.',
  }),
};
