import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  type SyntheticEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { graceAfter, graceMs, type Input, noGrace } from './grace.ts';

/** What an answer area spreads over itself. Until `armed`, and for what was pressed before, nothing in it acts. */
export interface GraceArea {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly 'data-armed': boolean;
  onPointerDownCapture(event: PointerEvent): void;
  onKeyDownCapture(event: KeyboardEvent): void;
  onKeyUpCapture(event: KeyboardEvent): void;
  onClickCapture(event: MouseEvent): void;
}

/** How often the area is looked at for having moved, as when a banner pushes it down. */
const lookEveryMs = 100;
/** A finger's click comes a little after the finger is gone. */
const clickComesWithinMs = 50;

/** Begins anew with another `question`, when the area moves, and when the page can be seen again. */
export function useGrace(question: string): GraceArea {
  const ref = useRef<HTMLDivElement>(null);
  const grace = useRef(noGrace);
  const looker = useRef<() => void>(() => undefined);
  const [armed, setArmed] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins anew, though it is not read here
  useLayoutEffect(() => {
    const put = (input: Input): void => {
      grace.current = graceAfter(grace.current, input).grace;
    };
    let place = placeOf(null);
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = (): void => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
    const begin = (): void => {
      cancel();
      put({ kind: 'hidden' });
      setArmed(false);
      place = placeOf(ref.current);
      // The second frame begins after the first was painted. A page that nobody sees has none, and so stays unarmed.
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => {
          put({ kind: 'drawn', at: performance.now() });
          timer = setTimeout(() => setArmed(true), graceMs);
        });
      });
    };
    const look = (): void => {
      const before = place;
      place = placeOf(ref.current);
      // Who scrolls moves it in the window or, where it sticks to the window, in the page. Both at once is not scrolling.
      if (place.inWindow !== before.inWindow && place.inPage !== before.inPage) begin();
    };
    const seen = (): void => {
      cancel();
      put({ kind: 'hidden' });
      if (document.visibilityState === 'visible') begin();
    };
    looker.current = look;
    begin();
    const ticks = setInterval(look, lookEveryMs);
    document.addEventListener('visibilitychange', seen);
    return () => {
      cancel();
      clearInterval(ticks);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [question]);

  // What is drawn anew may have moved just now: whoever reads `armed` is told so at once.
  useLayoutEffect(() => looker.current());

  useEffect(() => {
    const free = (): void => {
      const ended = grace.current.press;
      setTimeout(() => {
        if (grace.current.press === ended) grace.current = graceAfter(grace.current, { kind: 'free' }).grace;
      }, clickComesWithinMs);
    };
    const ends = ['pointerup', 'pointercancel', 'keyup', 'blur'] as const;
    for (const name of ends) window.addEventListener(name, free, true);
    return () => {
      for (const name of ends) window.removeEventListener(name, free, true);
    };
  }, []);

  const handlers = useMemo(() => {
    const judge = (event: SyntheticEvent, input: Input): void => {
      looker.current();
      const { grace: next, counts } = graceAfter(grace.current, input);
      grace.current = next;
      if (counts) return;
      event.preventDefault();
      event.stopPropagation();
    };
    return {
      // Not stopped, since it answers nothing by itself; what matters is when it was.
      onPointerDownCapture(event: PointerEvent) {
        looker.current();
        const input = { kind: 'pressed', what: 'pointer', at: timeOf(event), repeated: false } as const;
        grace.current = graceAfter(grace.current, input).grace;
      },
      onKeyDownCapture(event: KeyboardEvent) {
        if (answers(event))
          judge(event, { kind: 'pressed', what: event.key, at: timeOf(event), repeated: event.repeat });
      },
      onKeyUpCapture(event: KeyboardEvent) {
        if (answers(event)) judge(event, { kind: 'lifted', what: event.key, at: timeOf(event) });
      },
      onClickCapture(event: MouseEvent) {
        judge(event, { kind: 'clicked', at: timeOf(event) });
      },
    };
  }, []);

  return { ref, 'data-armed': armed, ...handlers };
}

function placeOf(area: HTMLElement | null): { readonly inWindow: string; readonly inPage: string } {
  if (area === null) return { inWindow: '', inPage: '' };
  const { left, top, width, height } = area.getBoundingClientRect();
  const text = (...numbers: readonly number[]): string => numbers.map(Math.round).join(' ');
  return { inWindow: text(left, top, width, height), inPage: text(left + scrollX, top + scrollY, width, height) };
}

/** Of two clocks the earlier one: a press that waited in the queue counts from when it was made. */
const timeOf = ({ timeStamp }: SyntheticEvent): number => Math.min(timeStamp, performance.now());

/** Keys that press a button. A space in a field is only typed. */
function answers({ key, target }: KeyboardEvent): boolean {
  return key === 'Enter' || (key === ' ' && !(target instanceof HTMLInputElement));
}
