// A reverse proxy in a process of its own, under an OS user of its own. Plain JS: it is started with any Node, even outside the
// checkout's reach. It gives up root before it opens its first socket, so that each of its sockets belongs to that user.
import { connect, createServer } from 'node:net';

const [target, uid, gid, headers] = process.argv.slice(2);
const added = JSON.parse(headers ?? '{}');

if (Number(uid) >= 0 && typeof process.setuid === 'function') {
  process.setgroups([]);
  process.setgid(Number(gid));
  process.setuid(Number(uid));
}

const server = createServer((from) => {
  const to = connect(Number(target), '127.0.0.1');
  let head = Buffer.alloc(0);
  const onHead = (chunk) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    from.off('data', onHead);
    // The caller dialled the relay's port; a proxy that names the gateway as its upstream sends the gateway's own Host.
    const lines = head
      .subarray(0, end)
      .toString('latin1')
      .replace(/^host:.*$/im, `Host: 127.0.0.1:${target}`)
      .split('\r\n');
    for (const [name, value] of Object.entries(added)) lines.push(`${name}: ${value}`);
    to.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    const rest = head.subarray(end + 4);
    if (rest.length > 0) to.write(rest);
    from.pipe(to);
  };
  from.on('data', onHead);
  to.pipe(from);
  for (const [a, b] of [
    [from, to],
    [to, from],
  ]) {
    a.on('error', () => b.destroy());
    a.on('close', () => b.destroy());
  }
});

server.listen(0, '127.0.0.1', () => {
  console.log(`relay on ${server.address().port} as ${process.getuid?.() ?? 'unknown'}`);
});
