// The kernel's socket tables, as Linux really writes them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answeredEnds, callersOf, isLoopback, listenerOf, parseTcpTable, servingUid } from './proc-net.ts';

const V4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:497D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41235 1 0000000000000000 100 0 0 10 0
   1: 0100007F:497D 0100007F:9C41 01 00000000:00000000 00:00000000 00000000  1000        0 41300 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:9C41 0100007F:497D 01 00000000:00000000 00:00000000 00000000    33        0 41301 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:9C42 0100007F:497D 06 00000000:00000000 03:00000EC0 00000000     0        0 0 3 0000000000000000
   4: 0100007F:9C43 0100007F:497D 04 00000000:00000000 01:00000016 00000000  1000        0 41303 2 0000000000000000 20 4 30 10 -1
   5: 0100007F:9C44 0100007F:497D 04 00000000:00000000 01:00000016 00000000     0        0 0 2 0000000000000000 20 4 30 10 -1
   6: 0B02A8C0:9C45 0100007F:497D 01 00000000:00000000 00:00000000 00000000  1000        0 41305 1 0000000000000000 20 4 30 10 -1
   7: 0100007F:9C46 0100007F:497E 01 00000000:00000000 00:00000000 00000000  1000        0 41306 1 0000000000000000 20 4 30 10 -1
`;
const V6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:497D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51235 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:9C51 00000000000000000000000001000000:497D 01 00000000:00000000 00:00000000 00000000  1000        0 51301 1 0000000000000000 20 4 30 10 -1
   2: 0000000000000000FFFF00000100007F:9C52 0000000000000000FFFF00000100007F:497D 08 00000000:00000000 00:00000000 00000000  1001        0 51302 1 0000000000000000 20 4 30 10 -1
   3: B80D01200000000067452301EFCDAB89:9C53 00000000000000000000000001000000:497D 01 00000000:00000000 00:00000000 00000000  1001        0 51303 1 0000000000000000 20 4 30 10 -1
`;
const PORT = 0x497d;

test('IPv4 rows are read with addresses, ports, user and inode', () => {
  expect(parseTcpTable(V4)).toHaveLength(8);
  expect(parseTcpTable(V4)[2]).toEqual({
    localAddr: '127.0.0.1',
    localPort: 0x9c41,
    remoteAddr: '127.0.0.1',
    remotePort: PORT,
    state: 1,
    uid: 33,
    inode: 41301,
  });
});

test('IPv6 and mapped IPv4 addresses are read', () => {
  expect(parseTcpTable(V6).map((r) => r.localAddr)).toEqual(['::1', '::1', '127.0.0.1', '20010db80000000001234567' + '89abcdef']);
});

test('the listener is the one that answers at the dialed address', () => {
  expect(listenerOf(parseTcpTable(V4), PORT)).toEqual({ uid: 1000, inode: 41235 });
  expect(listenerOf(parseTcpTable(V6), PORT, '::1')).toEqual({ uid: 1000, inode: 51235 });
  expect(listenerOf(parseTcpTable(V4 + V6), PORT)?.uid).toBe(1000);
  expect(listenerOf(parseTcpTable(V4), 1)).toBeUndefined();
  expect(listenerOf(parseTcpTable(V4.replace('0100007F:497D 00000000:0000', '00000000:497D 00000000:0000')), PORT)?.inode).toBe(41235);
});

test('a stranger who listens on another loopback address of the port does not count', () => {
  const stranger = V4.replace('0100007F:497D 00000000:0000', '0200007F:497D 00000000:0000').replace(
    ' 1000        0 41235',
    ' 33        0 49999',
  );
  expect(listenerOf(parseTcpTable(stranger), PORT)).toBeUndefined();
  expect(listenerOf(parseTcpTable(stranger + V4), PORT)).toEqual({ uid: 1000, inode: 41235 });
});

test('an address on which two users listen belongs to nobody', () => {
  const foreign = V4.replace(' 1000        0 41235', ' 33        0 49999');
  expect(listenerOf(parseTcpTable(V4 + foreign), PORT)).toBeUndefined();
  expect(listenerOf(parseTcpTable(foreign + V4), PORT)).toBeUndefined();
});

test('the serving end of a connection is found by the caller’s port, and only while somebody holds it', () => {
  expect(servingUid(parseTcpTable(V4), PORT, 0x9c41)).toBe(1000);
  expect(servingUid(parseTcpTable(V4), PORT, 0x9c42)).toBeUndefined();
  const orphaned = V4.replace('1000        0 41300', '   0        0 0');
  expect(servingUid(parseTcpTable(orphaned), PORT, 0x9c41)).toBeUndefined();
});

test('callers are the held ends of loopback connections to the port; sockets in TIME_WAIT say nothing of their user', () => {
  expect(callersOf(parseTcpTable(V4), PORT).map((r) => [r.localPort, r.uid])).toEqual([
    [0x9c41, 33],
    [0x9c43, 1000],
  ]);
  expect(callersOf(parseTcpTable(V6), PORT).map((r) => [r.localPort, r.uid])).toEqual([
    [0x9c51, 1000],
    [0x9c52, 1001],
  ]);
});

test('any text is read without throwing, and a table cut anywhere gives no row that was not there', () => {
  const whole = parseTcpTable(V4).map((r) => JSON.stringify(r));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.nat(V4.length).map((n) => V4.slice(0, n)),
      ),
      (text) => {
        const rows = parseTcpTable(text);
        // A cut within the inode would read as another inode: the last row of a cut text is the only one in doubt.
        for (const row of rows.slice(0, -1)) expect(whole).toContain(JSON.stringify(row));
      },
    ),
  );
});

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:192.0.2.1', false],
  ['192.0.2.1', false],
  ['127.0.0.1.evil', false],
  ['1127.0.0.1', false],
  ['localhost', false],
  ['', false],
])('%s is loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});

test('an end of the port is answered where its caller stands in the same table or on another machine', () => {
  const rows = parseTcpTable(V4);
  expect(answeredEnds(rows, PORT)).toEqual(new Set([41235, 41300]));
  const callerElsewhere = rows.filter((r) => r.inode !== 41301);
  expect(answeredEnds(callerElsewhere, PORT)).toEqual(new Set([41235]));
  const remote = rows.map((r) => (r.inode === 41300 ? { ...r, remoteAddr: '192.168.2.11' } : r));
  expect(answeredEnds(remote, PORT)).toEqual(new Set([41235, 41300]));
});
