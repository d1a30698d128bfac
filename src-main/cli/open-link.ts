import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { replaceHomeFile } from '../base/home-file.ts';

/** Opens what has this address, on the person's desktop. Rejects when nothing could. */
export type Opener = (address: string) => Promise<void>;

/**
 * Has a link opened that lets in whoever comes first with it. Threat: the arguments of a program are everybody's to read on this
 * machine. So the browser is only told of a file in the home, which only its owner can read and which leads on; it is gone when
 * `over` is aborted, or when nothing could be opened (`false`).
 */
export async function openLink(link: string, home: string, open: Opener, over: AbortSignal): Promise<boolean> {
  const file = join(home, `screens-${process.pid}.html`);
  await replaceHomeFile(file, pageTo(link));
  try {
    await open(pathToFileURL(file).href);
    if (!over.aborted) await once(over, 'abort');
    return true;
  } catch {
    // The link is on the terminal already: where no browser comes up, nothing is lost.
    return false;
  } finally {
    await replaceHomeFile(file, null);
  }
}

const pageTo = (link: string): string => `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Groat</title>
<script>location.replace(${JSON.stringify(link).replaceAll('<', '\\u003c')})</script>
`;
