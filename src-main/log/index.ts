export { canonical, type LogData, type LogValue } from './canonical.ts';
export { checkAtOpen, type LogState } from './check-at-open.ts';
export {
  type DatedHead,
  type Entry,
  emptyHead,
  type Head,
  type LogDraft,
  type LogKind,
  logKinds,
  openEntry,
  type SealedEntry,
  sealEntry,
} from './entry.ts';
export { exportCsv, exportJsonl } from './export.ts';
export { createHeadFile, readLogKey, saveLogKey } from './head-file.ts';
export { createHeadInKeychain, type HeadVault, keepInBoth } from './head-keychain.ts';
export { createNotary, type Notary, type NotaryDeps } from './notary.ts';
export type { HeadKeeper, LogQuery, LogStore } from './ports.ts';
export {
  type HeadFacts,
  headMessage,
  headProblem,
  type LogOwner,
  parseHeadLine,
  type SignedHead,
} from './signed-head.ts';
export { type Verdict, verifyEntries, verifyExport } from './verify.ts';
