// node --import <this> main.ts: every import of electron, from source or bundle, becomes the double.
import { registerHooks } from 'node:module';

const url = new URL('./electron-double.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier.startsWith('electron/')
      ? { url, shortCircuit: true }
      : next(specifier, context),
});
