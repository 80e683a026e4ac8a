// How handshake rows reach the page: the first of a burst at once, those behind it together, none lost and none late.
import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { BridgeChange, BridgeFrame, HandshakeView } from '#lib/api/shapes.ts';
import { deviceChangeOf, handshakeOf } from './fixtures.ts';
import { createJournal } from './journal.ts';
import { createLive } from './live.ts';

function startLive() {
  const timers: { run: () => void; delayMs: number }[] = [];
  let receive: (data: unknown) => void = () => {};
  let cursor = 0;
  const live = createLive({
    cache: new QueryClient(),
    journal: createJournal(),
    openSocket: (on) => {
      receive = on.message;
      return { send: () => {}, close: () => {} };
    },
    random: () => 0.5,
    nowMs: () => 0,
    setTimer: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const send = (frame: BridgeFrame) => receive(JSON.stringify(frame));
  send({ type: 'hello', version: '0', bridge: 1, epoch: 'one', cursor: 0 });
  const batches: number[][] = [];
  const heard: string[] = [];
  live.followHandshakes({
    arrive: (items: readonly HandshakeView[]) => {
      batches.push(items.map(({ seq }) => seq));
      heard.push('rows');
    },
    reread: () => heard.push('reread'),
  });
  return {
    batches,
    heard,
    timers,
    send,
    row(...seqs: number[]) {
      cursor += 1;
      send({ type: 'row', cursor, change: { topic: 'handshakes', op: 'add', items: seqs.map((seq) => handshakeOf(seq)) } });
    },
    change(change: BridgeChange) {
      cursor += 1;
      send({ type: 'row', cursor, change });
    },
    followChanges: live.followChanges,
    /** Lets the time of the oldest timer pass. */
    tick: () => timers.shift()?.run(),
  };
}

test('the first row is handed on at once, what follows within a quarter of a second together', () => {
  const live = startLive();
  live.row(1);
  expect(live.batches).toEqual([[1]]);
  live.row(2);
  live.row(3, 4);
  expect(live.batches).toEqual([[1]]);
  expect(live.timers.map(({ delayMs }) => delayMs)).toEqual([250]);
  live.tick();
  expect(live.batches).toEqual([[1], [2, 3, 4]]);
});

test('after a quiet quarter of a second the next row is at once again', () => {
  const live = startLive();
  live.row(1);
  live.tick();
  expect(live.timers).toEqual([]);
  live.row(2);
  expect(live.batches).toEqual([[1], [2]]);
});

test('rows that came before a loss are handed on before the word of it', () => {
  const live = startLive();
  live.row(1);
  live.row(2);
  live.send({ type: 'reread', cursor: 900 });
  expect(live.heard).toEqual(['rows', 'rows', 'reread']);
  expect(live.batches).toEqual([[1], [2]]);
});

test('a change is handed on to who follows changes once it is in the lists, and to nobody after that', () => {
  const live = startLive();
  const heard: string[] = [];
  const stop = live.followChanges((change) => heard.push(change.topic));
  live.row(1);
  live.change({ topic: 'device-changes', op: 'set', items: [deviceChangeOf(1)] });
  stop();
  live.change({ topic: 'device-changes', op: 'set', items: [deviceChangeOf(2)] });
  expect(heard).toEqual(['handshakes', 'device-changes']);
});
