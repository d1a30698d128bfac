export { type Approval, approvalTimes } from './approval.ts';
export { type Approvals, type Attestation, attestedMessage, createApprovals } from './approvals.ts';
export { defaultTerms, isAtDefaults } from './default-terms.ts';
export { chainOf } from './delegation-chain.ts';
export { encode } from './delegation-record.ts';
export { createExperience, type Experience } from './experience.ts';
export { foundPolicy } from './found-policy.ts';
export { type Authorization, type Authorized, createGate, type Gate, type Patience } from './gate.ts';
export { diffLaws, type Law, lawHash, type Norm, norm } from './law/index.ts';
export { lawVersions } from './law-history.ts';
export { createLoopGuard, defaultLoopSettings } from './loop-guard.ts';
export { seedLoops } from './loop-memory.ts';
export { normalOriginPattern } from './origin-pattern.ts';
export {
  createOwner,
  type Owner,
  type OwnerState,
  type PinVerdict,
} from './owner-pin.ts';
export { bookKey, type Policy, type SealedSettings } from './policy.ts';
export { type Author, createPolicyDesk, type PolicyDesk, sha256 } from './policy-desk.ts';
export type {
  ApprovalStore,
  BookState,
  Journal,
  PolicyBook,
  Projections,
  Reservations,
  Suspicions,
  Usage,
} from './ports.ts';
export type { ActionRequest } from './request.ts';
export { type Role, roleSchema } from './roles.ts';
export { type Delegation, desk, type Limits, type Terms } from './terms.ts';
export { outcomeOfOrder } from './trust-projection.ts';
