// What the judge calls proven is proven here too, and nothing else is, whatever origin a judgement names.
import { expect, test } from 'vitest';
import { judgedOf } from '#lib/evidence/judged.ts';
import { honest, judged, type Situation } from '#lib/testing/situation.ts';
import { provenPath } from './path.ts';

const unseen: Partial<Situation> = { peers: { reach: 'none', gatewayUid: undefined, sightings: [] } };
const pathOf = (kind: 'host-key' | 'loopback', over: Partial<Situation> = {}, shape?: '2026.4.14' | '2026.9.6') =>
  provenPath(judgedOf(judged({ ...honest(kind, shape), ...over })));

test.each(['2026.4.14', '2026.9.6'] as const)('honest requests of %s are proven as the judge says', (shape) => {
  expect(pathOf('host-key', {}, shape)).toEqual({ hostKey: true, loopback: true, peer: true });
  expect(pathOf('loopback', {}, shape)).toEqual({ hostKey: false, loopback: true, peer: true });
});

test('where no socket can be seen the log has to do, but not for the gateway’s own key as a loopback device', () => {
  expect(pathOf('host-key', unseen)).toEqual({ hostKey: true, loopback: undefined, peer: undefined });
  expect(pathOf('loopback', unseen)).toEqual({ hostKey: false, loopback: true, peer: undefined });
});

test.each<[string, Partial<Situation>]>([
  ['no statement', { statement: false }],
  ['no provenance', { provenance: undefined }],
])('%s: the host key stays, loopback is not known', (_name, over) => {
  expect(pathOf('host-key', over)).toEqual({ hostKey: true, loopback: undefined, peer: true });
  expect(pathOf('loopback', over)).toEqual({ hostKey: undefined, loopback: undefined, peer: undefined });
});

test.each<[string, Partial<Situation>]>([
  ['no canary', { canary: { read: false, why: 'late' } }],
  ['no log', { source: 'none' }],
  ['no configuration', { config: undefined }],
  ['no record', { lines: [] }],
  ['no sighting where sockets can be seen', { peers: { reach: 'proc', gatewayUid: 1000, sightings: [] } }],
])('%s: nothing is known', (_name, over) => {
  for (const kind of ['host-key', 'loopback'] as const)
    expect(pathOf(kind, over)).toEqual({ hostKey: undefined, loopback: undefined, peer: undefined });
});

test('an origin that its facts do not bear out is not known', () => {
  const judgement = judgedOf(judged(honest('host-key')));
  expect(provenPath({ ...judgement, facts: [] })).toEqual({ hostKey: undefined, loopback: undefined, peer: undefined });
  expect(provenPath({ ...judgement, isHostKey: false }).hostKey).toBeUndefined();
  expect(provenPath({ ...judgement, origin: 'remote' })).toEqual({ hostKey: false, loopback: false, peer: undefined });
});
