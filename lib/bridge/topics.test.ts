import { expectTypeOf, test } from 'vitest';
import type { BridgeChange, BridgeSubscribe } from '../api/shapes.ts';
import type { BridgeTopic } from './topics.ts';

test('every topic that can be followed has changes, and every change a topic that can be followed', () => {
  expectTypeOf<BridgeChange['topic']>().toEqualTypeOf<BridgeTopic>();
  expectTypeOf<BridgeSubscribe['topics'][number]>().toEqualTypeOf<BridgeTopic>();
});
