import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { Packages } from './Packages.tsx';
import { typedSeller } from './typed-seller.ts';

/** From a seller's address to credit: its packages, who buys, and what became of it. */
export function BuyCredit({
  opened,
  from = '',
  onClose,
}: {
  readonly opened: boolean;
  /** A seller that is known already. */
  readonly from?: string;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Buy credit" size="lg">
      {opened && <Buy from={from} onClose={onClose} />}
    </Modal>
  );
}

function Buy({ from, onClose }: { readonly from: string; onClose(): void }) {
  const client = useClient();
  const [text, setText] = useState(from);
  const [url, setUrl] = useState<string | null>(from === '' ? null : from);
  const { data, error, refetch, isFetching } = useQuery({
    // Not under `prepaid`: each call that uses credit would ask the seller again.
    queryKey: ['packages', url],
    queryFn: () => client.prepaid.packages({ url: url ?? '' }),
    enabled: url !== null,
    retry: false,
  });
  const typed = typedSeller(text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === null) return;
    if (typed === url) void refetch();
    else setUrl(typed);
  };
  return (
    <Stack gap="md">
      <form onSubmit={submit} noValidate>
        <Group gap="xs" align="flex-start">
          <TextInput
            label="Address of the seller"
            description="Any address of its API will do"
            placeholder="https://api.example.com"
            inputMode="url"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={text.trim() !== '' && typed === null ? 'An address that begins with http:// or https://' : null}
            style={{ flex: '1 1 240px' }}
            data-autofocus
          />
          <Button type="submit" mt={{ base: 0, xs: 45 }} loading={isFetching} disabled={typed === null}>
            See packages
          </Button>
        </Group>
      </form>
      {url !== null && isFetching && data === undefined && <Loading what="the seller’s packages" />}
      {error !== null && !isFetching && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data !== undefined && url !== null && data.packages.length === 0 && (
        <Text size="sm">This seller offers no packages. Your agents can still pay it call by call.</Text>
      )}
      {data !== undefined && url !== null && data.packages.length > 0 && (
        <Packages key={url} url={url} offer={data} onClose={onClose} />
      )}
    </Stack>
  );
}
