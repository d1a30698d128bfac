import { Text, Tooltip } from '@mantine/core';
import { trustAbout, trustWords } from './agent-words.ts';

/** How far an agent is trusted, in a word and a number; what that means is told on hover and to the keyboard. */
export function Trust({ trust }: { readonly trust: number }) {
  const { word, outOf100 } = trustWords(trust);
  return (
    <Tooltip label={trustAbout} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
      <Text
        span
        size="sm"
        tabIndex={0}
        style={{ cursor: 'help', textDecoration: 'underline dotted', textUnderlineOffset: 3 }}
      >
        Trust: <strong>{word}</strong> ({outOf100})
      </Text>
    </Tooltip>
  );
}
