import { useEffect, useState } from 'react';

const shownMs = 2_000;

/** Puts a text on the clipboard: through the app where the page lives in it, which grants no permission, else by the browser. */
export function useCopy(): { readonly outcome: 'none' | 'copied' | 'refused'; copy(text: string): void } {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none');
  useEffect(() => {
    if (outcome === 'none') return;
    const timer = setTimeout(() => setOutcome('none'), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  return {
    outcome,
    copy(text) {
      const copied = window.groat === undefined ? navigator.clipboard.writeText(text) : window.groat.copy(text);
      copied.then(
        () => setOutcome('copied'),
        () => setOutcome('refused'),
      );
    },
  };
}
