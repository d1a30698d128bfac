import { Code, Mark, Tooltip, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { cutMiddle, inertPieces } from './inert-text.ts';

interface Props {
  readonly text: string;
  /** Longer ones are cut in the middle; a click shows the whole. */
  readonly most?: number;
  readonly mono?: boolean;
}

/** Text that somebody outside wrote: nothing in it acts, and what hides or pretends is made visible. */
export function Inert({ text, most = 80, mono = false }: Props) {
  const [whole, setWhole] = useState(false);
  const cut = [...text].length > most;
  const shown = whole ? text : cutMiddle(text, most);
  const body = (
    <bdi style={{ overflowWrap: 'anywhere', ...(mono ? { fontFamily: 'var(--mantine-font-family-monospace)' } : {}) }}>
      {inertPieces(shown).map((piece, at) => {
        // Pieces have no identity of their own, and the text they come from is drawn anew as a whole.
        const key = `${at}`;
        if (piece.kind === 'plain') return <span key={key}>{piece.text}</span>;
        if (piece.kind === 'hidden')
          return (
            <Tooltip key={key} label={`A character that cannot be seen (${piece.code})`}>
              <Code color="var(--bad-soft)" c="var(--bad)">
                {piece.code}
              </Code>
            </Tooltip>
          );
        return (
          <Tooltip key={key} label={`Not the letter it looks like (${piece.code})`}>
            <Mark style={{ background: 'var(--warn-soft)', color: 'var(--warn)', outline: '1px solid currentcolor' }}>
              {piece.text}
            </Mark>
          </Tooltip>
        );
      })}
    </bdi>
  );
  if (!cut) return body;
  return (
    <UnstyledButton
      onClick={() => setWhole(!whole)}
      aria-expanded={whole}
      title={whole ? 'Show less' : 'Show all of it'}
      style={{ font: 'inherit', textAlign: 'start', textDecoration: 'underline dotted' }}
    >
      {body}
    </UnstyledButton>
  );
}
