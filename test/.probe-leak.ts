import { newFolder, openSandbox, usdc } from './integration/chain/fixture.ts';
import { generateKeyPairSigner } from '@solana/kit';
const f=newFolder(); const s=await openSandbox(f.dir, null);
const who=(await generateKeyPairSigner()).address;
const rss=(n:string)=>console.log(n,(process.memoryUsage.rss()/1e6).toFixed(0));
rss('start'); const t=performance.now();
for(let k=0;k<5;k++){ for(let i=0;i<40;i++) await Promise.all(Array.from({length:100},()=>s.fund(who,1n))); rss('after '+(k+1)*4000); }
console.log('per s', 20000/(performance.now()-t)*1000);
await s.stop(); f.remove();
