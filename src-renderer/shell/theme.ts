import {
  Button,
  Card,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MenuProps,
  Modal,
  type TableProps,
} from '@mantine/core';

/** From the lightest to the darkest; 6 and 7 carry white text. */
const coin: MantineColorsTuple = [
  '#e8f6f0',
  '#d3ebe1',
  '#a6d6c3',
  '#78c2a4',
  '#5fd0a5',
  '#2f9c78',
  '#178261',
  '#0f6b4f',
  '#0b543e',
  '#063d2c',
];

export const theme = createTheme({
  primaryColor: 'coin',
  primaryShade: { light: 7, dark: 6 },
  colors: { coin },
  defaultRadius: 'md',
  fontFamily:
    '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.1rem' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // By name where the component itself is not needed for the first paint.
  components: {
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } }),
    Button: Button.extend({ defaultProps: { variant: 'default' } }),
    // An element that takes the focus only, and is no item, may not stand in a menu.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } satisfies Partial<MenuProps> },
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 'lg',
        closeButtonProps: { 'aria-label': 'Close' },
        // A `header` in a dialog would count as another header of the page.
        attributes: { header: { role: 'presentation' } },
      },
    }),
    Table: { defaultProps: { verticalSpacing: 'sm', highlightOnHover: true } satisfies Partial<TableProps> },
  },
});

/** Mantine's own greys are too pale to be read by everybody; these are the palette's. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-placeholder': 'var(--quiet)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-anchor': 'var(--brand)',
    '--table-border-color': 'var(--line)',
  };
  return { variables: {}, light: shared, dark: shared };
};
