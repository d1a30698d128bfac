import '@mantine/core/styles.css';
import '@fontsource-variable/inter/wght.css';
import './ui/palette.css';
import { createRoot } from 'react-dom/client';
import { takeCode } from './rpc/session.ts';
import { App } from './shell/App.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no place to draw');

const inBrowser = window.groat === undefined;
const code = inBrowser ? await takeCode() : 'none';
createRoot(root).render(<App code={code} />);
