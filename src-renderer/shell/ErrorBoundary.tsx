import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';

/** A screen that breaks says so and can be drawn again; it never leaves an empty window. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: string | null }> {
  override state: { readonly broken: string | null } = { broken: null };

  static getDerivedStateFromError(error: unknown): { readonly broken: string } {
    return { broken: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { broken } = this.state;
    if (broken === null) return this.props.children;
    return (
      <Center mih="60vh" p="md">
        <Stack align="center" ta="center" role="alert">
          <Title order={1}>This screen broke</Title>
          <Text c="dimmed">Your payments are not affected: Groat itself goes on. ({broken})</Text>
          <Button onClick={() => this.setState({ broken: null })}>Draw it again</Button>
        </Stack>
      </Center>
    );
  }
}
