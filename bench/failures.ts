// Makes a gateway refuse at a given rate: sockets whose first frame is no `connect`, the cheapest failure that leaves a record.
import WebSocket from 'ws';

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

/** Starts `count` failures spread evenly over `ms`, and answers when the last one is closed: how long it really took, ms. */
export async function pour(url: string, count: number, ms: number): Promise<number> {
  const begun = performance.now();
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / ms) * count) + 1);
    while (sent < due) {
      open.push(failOnce(url));
      sent += 1;
    }
    await new Promise((resume) => setTimeout(resume, 4));
  }
  await Promise.all(open);
  return performance.now() - begun;
}
