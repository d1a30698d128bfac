import type { Errand } from './errand.ts';

/**
 * Those that are not over. Not a `Set`: each table that a set has outgrown points to the next one and to what it held, so
 * that where thousands come and go in a second, one that outlives a collection keeps all that came after it.
 */
export class LiveErrands {
  readonly #errands: Errand[] = [];

  add(errand: Errand): void {
    errand.place = this.#errands.length;
    this.#errands.push(errand);
  }

  /** False: it was not there. */
  remove(errand: Errand): boolean {
    const { place } = errand;
    if (place === -1) return false;
    errand.place = -1;
    const last = this.#errands.pop();
    if (last !== undefined && last !== errand) {
      this.#errands[place] = last;
      last.place = place;
    }
    return true;
  }

  /** As they are now: what is done with one may end it. */
  all(): readonly Errand[] {
    return [...this.#errands];
  }
}
