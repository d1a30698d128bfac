import { IconShieldCheck } from '@tabler/icons-react';
import { Empty, Page, Section } from '../../ui/Panels.tsx';

/** Who proved what to whom. The room that checks it is not built yet; the screen says so instead of inventing checks. */
export function Verification() {
  return (
    <Page title="Verification" about="Proofs that your agents gave to sites, and proofs that you asked of others.">
      <Section title="History">
        <Empty icon={<IconShieldCheck size={26} />} title="Nothing was checked yet">
          Once Groat can sign requests as a named agent and answer challenges for it, every check stands here, passed or
          failed, with who asked and when. This version does not prove anything to anybody.
        </Empty>
      </Section>
    </Page>
  );
}
