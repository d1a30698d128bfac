/**
 * `node flood-child.ts PORT COUNT START DRIP`: opens so many connections, says START on each and then DRIP every 200 ms as
 * long as it lives (both with escapes as in JSON; empty: nothing). Prints a line of JSON when all are open, and one for each
 * hundred that the server has answered something or has ended.
 */
import { connect, type Socket } from 'node:net';

const [port, count, start, drip] = process.argv.slice(2);
const say = (text: string | undefined): string => JSON.parse(`"${text ?? ''}"`);
const wanted = Number(count);
const opening = say(start);
const drop = say(drip);
let open = 0;
let ended = 0;
let answered = 0;
const tell = (name: string, count: number): void => {
  if (count % 100 === 0 || count === wanted) console.log(JSON.stringify({ [name]: count }));
};
/** The listen queue is short: a flood that is dropped there is none. */
const dialledAtOnce = 200;
const dialling = new Set<Socket>();
let room = Promise.withResolvers<void>();
const dialled = (socket: Socket): void => {
  if (!dialling.delete(socket)) return;
  room.resolve();
  room = Promise.withResolvers<void>();
};
for (let i = 0; i < wanted; i++) {
  if (dialling.size >= dialledAtOnce) await room.promise;
  const socket = connect({ port: Number(port), host: '127.0.0.1' }, () => {
    dialled(socket);
    open += 1;
    if (opening !== '') socket.write(opening);
    tell('open', open);
  });
  dialling.add(socket);
  socket.on('error', () => undefined);
  socket.once('data', () => {
    answered += 1;
    tell('answered', answered);
    socket.resume();
  });
  const dripping = drop === '' ? null : setInterval(() => socket.writable && socket.write(drop), 200);
  socket.on('close', () => {
    dialled(socket);
    if (dripping !== null) clearInterval(dripping);
    ended += 1;
    tell('ended', ended);
  });
}
