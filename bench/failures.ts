// Makes a gateway refuse at a given rate: sockets whose first frame is no `connect`, the cheapest failure that leaves a record.
import WebSocket from 'ws';

/** So many at once at most: beyond 32 sockets of one address a gateway answers 503 and writes nothing. */
const AT_ONCE = 24;

/** One refused connection; answers when the gateway has closed it. */
function failOnce(url: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('open', () => socket.send('{"type":"req","id":"bench","method":"health"}'));
    // Either way it is over; what the gateway wrote of it is counted elsewhere.
    socket.on('error', () => socket.terminate());
    socket.once('close', () => resolve());
  });
}

/** Lets `count` connections fail, spread evenly over `ms` or as fast as the gateway can; answers how long that took, ms. */
export async function pour(url: string, count: number, ms: number): Promise<number> {
  const begun = performance.now();
  const open = new Set<Promise<void>>();
  for (let sent = 0; sent < count; sent += 1) {
    const early = begun + (sent / count) * ms - performance.now();
    if (early > 0) await new Promise((resume) => setTimeout(resume, early));
    if (open.size >= AT_ONCE) await Promise.race(open);
    const failing = failOnce(url).finally(() => open.delete(failing));
    open.add(failing);
  }
  await Promise.all(open);
  return performance.now() - begun;
}
