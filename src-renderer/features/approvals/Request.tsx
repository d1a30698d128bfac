import { Stack, Table, Text } from '@mantine/core';
import type { ApprovalView, Glimpse } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import styles from './approvals.module.css';

/** The seller's offer and the agent's request, as far as they may be shown. Nothing in them acts. */
export function Request({ approval: { glimpse, state } }: { readonly approval: ApprovalView }) {
  if (glimpse === null)
    return (
      <Text size="sm" c="dimmed">
        {state === 'waiting'
          ? 'Groat was restarted since the agent asked, and it keeps requests in memory only: the request itself cannot be shown any more.'
          : 'The request itself is kept only while it waits for an answer.'}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Offer offer={glimpse.offer} />
      <Headers headers={glimpse.headers} />
      <Body body={glimpse.body} />
      {state === 'waiting' && <Unbound />}
    </Stack>
  );
}

/** What is shown is the request that asked. The one that is paid may be another try. */
function Unbound() {
  return (
    <Text size="sm" c="dimmed">
      A yes is for this method, address and payee. It does not bind the body, the headers or what follows “?” in the
      address: when the agent tries again, it may send others.
    </Text>
  );
}

function Offer({ offer: { description, resource } }: { readonly offer: Glimpse['offer'] }) {
  return (
    <Text component="div" size="sm">
      {description === null || description === '' ? (
        <Text span c="dimmed" size="sm">
          The seller does not say what it sells.
        </Text>
      ) : (
        <>
          The seller says: “<Inert text={description} most={300} />”
        </>
      )}
      {resource !== null && (
        <Text size="sm" c="dimmed">
          It names <Inert text={resource} most={120} /> as what is paid for.
        </Text>
      )}
    </Text>
  );
}

function Headers({ headers }: { readonly headers: Glimpse['headers'] }) {
  if (headers.length === 0) return null;
  return (
    <details className={styles['fold']}>
      <summary>Headers ({headers.length})</summary>
      <Table.ScrollContainer minWidth={320}>
        <Table verticalSpacing={4} fz="sm" layout="fixed">
          <Table.Tbody>
            {headers.map(({ name, value }, at) => (
              // A name can come twice, and the list never changes.
              // biome-ignore lint/suspicious/noArrayIndexKey: headers have no identity but their place
              <Table.Tr key={`${at} ${name}`}>
                <Table.Th scope="row" w="35%" fw={500}>
                  <Inert text={name} most={60} mono />
                </Table.Th>
                <Table.Td>
                  {value === null ? (
                    <Text span size="sm" c="dimmed" fs="italic">
                      hidden
                    </Text>
                  ) : (
                    <Inert text={value} most={160} mono />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}

function Body({ body }: { readonly body: Glimpse['body'] }) {
  if (body === null)
    return (
      <Text size="sm" c="dimmed">
        The request has no body.
      </Text>
    );
  const { contentType, bytes, text, cut } = body;
  return (
    <details className={styles['fold']}>
      <summary>
        Body ({new Intl.NumberFormat().format(bytes)} bytes
        {contentType !== null && (
          <>
            , <Inert text={contentType} most={60} />
          </>
        )}
        )
      </summary>
      {text === null ? (
        <Text size="sm" c="dimmed">
          It is not text, or it was not kept.
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard
        <section className={styles['preview']} tabIndex={0} aria-label="Body of the request">
          <Inert text={text} most={4_096} mono />
        </section>
      )}
      {cut && (
        <Text size="sm" c="dimmed" mt={4}>
          Only the beginning is shown.
        </Text>
      )}
    </details>
  );
}
