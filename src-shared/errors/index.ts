export type { ErrorCode, ErrorContexts } from './codes.ts';
export { asGroatError, GroatError, isGroatError } from './groat-error.ts';
export { type Problem, problem, problemContentType } from './problem.ts';
