import { Anchor, Modal, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { inApp } from '../../rpc/client.ts';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { type Licence, readLicences } from './licences.ts';

const absent = {
  what: 'The list of licences is not there.',
  next: 'Only a built Groat has it; a built one writes it beside its screens.',
};

/** What Groat is made of, by whom, and under which terms. */
export function Licences({ opened, onClose }: { readonly opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Licences" size="xl">
      {opened && <List />}
    </Modal>
  );
}

function List() {
  const { data, isError, refetch } = useQuery({
    queryKey: ['settings', 'licences'],
    queryFn: async () => {
      const answer = await fetch('./licences.json');
      if (!answer.ok) throw new Error(`licences.json: ${answer.status}`);
      return readLicences(await answer.json());
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isError) return <ProblemNote problem={absent} again={() => void refetch()} />;
  if (data === undefined) return <Loading what="the licences" />;
  return (
    <>
      <Text size="sm" mb="sm">
        Groat itself is under the MIT licence. It is made with {data.length} packages; thanks to everybody who wrote
        them.
      </Text>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label="Licences" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Package</Table.Th>
              <Table.Th>Version</Table.Th>
              <Table.Th>Licence</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((licence) => (
              <Row key={`${licence.name} ${licence.version}`} {...licence} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

/** The app's own window leads nowhere outside, so the name stands there without a link. */
function Row({ name, version, licence, repository }: Licence) {
  return (
    <Table.Tr>
      <Table.Td>
        {repository === null || inApp() ? (
          name
        ) : (
          <Anchor href={repository} target="_blank" rel="noreferrer noopener" size="sm">
            {name}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>{version}</Table.Td>
      <Table.Td>{licence}</Table.Td>
    </Table.Tr>
  );
}
