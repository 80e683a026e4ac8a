// The browser's end of the bridge: what it sends, what it hands on, and how it comes back.
import { describe, expect, test } from 'vitest';
import type { BridgeChange, BridgeFrame } from '#lib/api/shapes.ts';
import { createBridge, parseFrame } from './bridge.ts';
import { requestOf } from './fixtures.ts';
import { type LinkState, retryDelayMs } from './reconnect.ts';

type Opened = { say(frame: BridgeFrame | string): void; drop(): void; sent: string[]; closed: boolean };

function rig() {
  const sockets: Opened[] = [];
  const changes: BridgeChange[] = [];
  const states: LinkState[] = [];
  const counts = { reread: 0, refused: 0 };
  let timers: { run: () => void; delayMs: number }[] = [];
  const bridge = createBridge({
    openSocket: (on) => {
      const socket: Opened = {
        say: (frame) => on.message(typeof frame === 'string' ? frame : JSON.stringify(frame)),
        drop: () => on.close(),
        sent: [],
        closed: false,
      };
      sockets.push(socket);
      return {
        send: (text) => void socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
    },
    onChange: (change) => void changes.push(change),
    onReread: () => void counts.reread++,
    onRefused: () => void counts.refused++,
    onState: (state) => void states.push(state),
    random: () => 0.5,
    nowMs: () => 1_000,
    setTimer: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  });
  const fire = () => {
    const [timer] = timers;
    timers = timers.slice(1);
    timer?.run();
  };
  const last = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  };
  return { bridge, sockets, changes, states, counts, fire, last, pending: () => timers.map((timer) => timer.delayMs) };
}

const hello = (epoch: string, cursor: number): BridgeFrame => ({ type: 'hello', version: '0', bridge: 1, epoch, cursor });
const row = (cursor: number): BridgeFrame => ({
  type: 'row',
  cursor,
  change: { topic: 'requests', op: 'set', item: requestOf(`r${cursor}`) },
});
const subscription = (socket: Opened): unknown => JSON.parse(socket.sent[0] ?? 'null');

describe('following', () => {
  test('it subscribes from the cursor of the hello and hands on each row once, in order', () => {
    const { last, changes, counts } = rig();
    last().say(hello('e1', 7));
    expect(subscription(last())).toMatchObject({ type: 'subscribe', epoch: 'e1', after: 7 });
    for (const cursor of [8, 9, 9, 8, 10]) last().say(row(cursor));
    expect(changes.map((change) => (change.topic === 'requests' && change.op === 'set' ? change.item.requestId : ''))).toEqual([
      'r8',
      'r9',
      'r10',
    ]);
    expect(counts.reread).toBe(0);
  });

  test('garbage is not handed on and does not end the connection', () => {
    const { last, changes } = rig();
    last().say(hello('e1', 0));
    for (const text of ['', 'null', '{', '{"type":"other"}', '[]']) last().say(text);
    last().say(row(1));
    expect(changes).toHaveLength(1);
    expect(parseFrame(new ArrayBuffer(1))).toBeUndefined();
  });

  test('a reread moves the cursor, so that older rows are not handed on', () => {
    const { last, changes, counts } = rig();
    last().say(hello('e1', 0));
    last().say({ type: 'reread', cursor: 5 });
    last().say(row(4));
    last().say(row(6));
    expect(counts.reread).toBe(1);
    expect(changes).toHaveLength(1);
  });
});

describe('coming back', () => {
  test('after a loss it asks for what it missed of the same epoch and reads nothing again', () => {
    const { last, fire, counts } = rig();
    last().say(hello('e1', 0));
    last().say(row(3));
    last().drop();
    fire();
    last().say(hello('e1', 9));
    expect(subscription(last())).toMatchObject({ epoch: 'e1', after: 3 });
    expect(counts.reread).toBe(0);
  });

  test('after a restart of the server everything is read again', () => {
    const { last, fire, counts } = rig();
    last().say(hello('e1', 40));
    last().drop();
    fire();
    last().say(hello('e2', 2));
    expect(subscription(last())).toMatchObject({ epoch: 'e2', after: 2 });
    expect(counts.reread).toBe(1);
  });

  test('what was read while the first connection failed is read again at the first hello', () => {
    const { last, fire, counts } = rig();
    last().drop();
    expect(counts.refused).toBe(1);
    fire();
    last().say(hello('e1', 0));
    expect(counts.reread).toBe(1);
  });

  test('the page hears when the next attempt is and since when it is cut off', () => {
    const { last, states } = rig();
    last().say(hello('e1', 0));
    last().drop();
    expect(states).toEqual([{ phase: 'connecting' }, { phase: 'open' }, { phase: 'waiting', retryAtMs: 1_300, lostAtMs: 1_000 }]);
  });

  test('retryNow does not wait for the timer', () => {
    const { bridge, sockets, last, pending } = rig();
    last().say(hello('e1', 0));
    last().drop();
    bridge.retryNow();
    expect(sockets).toHaveLength(2);
    // Only the deadline for the new hello runs.
    expect(pending()).toEqual([5_000]);
  });

  test('a server that does not say hello in time is given up', () => {
    const { last, fire } = rig();
    fire();
    expect(last().closed).toBe(true);
  });

  test('after dispose nothing is opened and no late event is heard', () => {
    const { bridge, sockets, last, states } = rig();
    last().say(hello('e1', 0));
    bridge.dispose();
    last().drop();
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(true);
    expect(states.at(-1)).toEqual({ phase: 'open' });
  });
});

describe('the delay between attempts', () => {
  test('it grows, keeps its upper half to chance, and ends at 15 s', () => {
    expect(retryDelayMs(1, () => 0)).toBe(200);
    expect(retryDelayMs(1, () => 1)).toBe(400);
    expect(retryDelayMs(4, () => 1)).toBe(3_200);
    expect(retryDelayMs(50, () => 1)).toBe(15_000);
    expect(retryDelayMs(50, () => 0)).toBe(7_500);
  });
});
