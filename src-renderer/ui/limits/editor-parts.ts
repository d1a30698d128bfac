import type { LimitsDraft } from './limits-draft.ts';

/** What every part of the editor draws from, and how it says what was typed. */
export interface EditorParts {
  readonly draft: LimitsDraft;
  readonly problems: { readonly [field in keyof LimitsDraft]?: string };
  edit(edits: Partial<LimitsDraft>): void;
}
