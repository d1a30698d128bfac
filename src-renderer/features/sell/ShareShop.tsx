import { Modal, Stack, Tabs, Text } from '@mantine/core';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Note } from '../../ui/Panels.tsx';
import { snippetsFor } from './snippets.ts';

/** What to send to somebody who wants to buy. */
export function ShareShop({
  shop,
  opened,
  onClose,
}: {
  readonly shop: ShopView;
  readonly opened: boolean;
  onClose(): void;
}) {
  const snippets = snippetsFor(shop);
  const local = /^https?:\/\/(127\.|localhost|\[::1\])/.test(shop.gatewayUrl);
  return (
    <Modal opened={opened} onClose={onClose} title={`Share ${shop.name}`} size="lg">
      <Stack gap="md">
        <CopyLine text={shop.gatewayUrl} label="the address" />
        {local && (
          <Text size="sm" c="dimmed">
            Only programs on this machine reach this address. To sell to others, put a tunnel or a reverse proxy with
            HTTPS in front of it, and share that address.
          </Text>
        )}
        <Tabs defaultValue="curl" keepMounted={false}>
          <Tabs.List aria-label="How to buy with">
            {snippets.map(({ id, name }) => (
              <Tabs.Tab key={id} value={id}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map(({ id, name, about, text, not }) => (
            <Tabs.Panel key={id} value={id} pt="sm">
              <Stack gap="sm">
                <Text size="sm" c="dimmed">
                  {about}
                </Text>
                {not !== null && <Note tone="warn" title={not} />}
                <CopyLine text={text} label={`how to buy with ${name}`} />
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Modal>
  );
}
