import { Code, Mark, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { cutMiddle, hasMarks, inertPieces } from './inert-text.ts';

interface Props {
  readonly text: string;
  /** Longer ones are cut in the middle; a click shows the whole. */
  readonly most?: number;
  readonly mono?: boolean;
  /** The text is inside a link, which leads to the whole: nothing else may be clicked there. */
  readonly inLink?: boolean;
}

/** Marks above and below letters are cut where the line ends, so that they cannot cover what stands around. */
const insideItsLines = { display: 'inline-block', maxWidth: '100%', overflow: 'clip', lineHeight: 1.6 } as const;

/** Text that somebody outside wrote: nothing in it acts, and what hides or pretends is made visible. */
export function Inert({ text, most = 80, mono = false, inLink = false }: Props) {
  const [whole, setWhole] = useState(false);
  const cut = [...text].length > most;
  const shown = whole ? text : cutMiddle(text, most);
  const body = (
    <bdi
      style={{
        overflowWrap: 'anywhere',
        ...(mono ? { fontFamily: 'var(--mantine-font-family-monospace)' } : {}),
        ...(hasMarks(text) ? insideItsLines : {}),
      }}
    >
      {inertPieces(shown).map((piece, at) => {
        // Pieces have no identity of their own, and the text they come from is drawn anew as a whole.
        const key = `${at}`;
        if (piece.kind === 'plain') return <span key={key}>{piece.text}</span>;
        if (piece.kind === 'hidden')
          return (
            <Code
              key={key}
              color="var(--bad-soft)"
              c="var(--bad)"
              title={`A character that cannot be seen (${piece.code})`}
            >
              {piece.code}
            </Code>
          );
        return (
          <Mark
            key={key}
            title={`Not the sign it looks like (${piece.code})`}
            style={{ background: 'var(--warn-soft)', color: 'var(--warn)', outline: '1px solid currentcolor' }}
          >
            {piece.text}
          </Mark>
        );
      })}
    </bdi>
  );
  if (!cut || inLink) return body;
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
