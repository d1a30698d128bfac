import { IconFileCertificate } from '@tabler/icons-react';
import { Empty, Page, Section } from '../../ui/Panels.tsx';

/** Credit that was bought ahead. The room that buys it is not built yet; the screen says so instead of inventing numbers. */
export function Prepaid() {
  return (
    <Page title="Prepaid" about="Calls that your agents bought ahead, so that each one costs no transfer of its own.">
      <Section title="Your credit">
        <Empty icon={<IconFileCertificate size={26} />} title="No prepaid credit">
          Some sellers offer packages of calls. Once Groat can buy them, you will see here what is left of each package,
          how fast it is used, when it ends, and what it saved. This version pays every call by itself.
        </Empty>
      </Section>
    </Page>
  );
}
