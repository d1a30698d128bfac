// The first module of every worker thread. Plain JavaScript, because Node's type stripper costs a thread some 16 MB that
// the compile cache saves, and a thread does not inherit the cache of the one that started it.
import module from 'node:module';

module.enableCompileCache();
await import(process.argv[2] ?? '');
module.flushCompileCache();
