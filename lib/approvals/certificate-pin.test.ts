// What the console remembers of a gateway's certificate, and who may change that.
import { expect, test } from 'vitest';
import type { ShownCertificate } from '../gateway/certificate.ts';
import type { NewActivity } from '../store/activity.ts';
import { testStore } from '../store/test-store.ts';
import { createCertificatePin } from './certificate-pin.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);
const ANN = { kind: 'person', name: 'Ann' } as const;
const changed = expect.objectContaining({ code: 'gateway-certificate-changed' });
const vouched = (fingerprint: string): ShownCertificate => ({ fingerprint, vouched: true });
const selfSigned = (fingerprint: string): ShownCertificate => ({ fingerprint, vouched: false, why: 'SELF_SIGNED' });

async function rig(endpoint: { pin?: string; trust?: string[] } = {}) {
  const { store, clock } = await testStore();
  const rows: Omit<NewActivity, 'id' | 'at'>[] = [];
  const alarms: string[] = [];
  const make = () =>
    createCertificatePin({
      endpoint: { id: 'g1', name: 'the gateway', ...endpoint },
      store,
      record: (entry) => {
        rows.push(entry);
        return Promise.resolve();
      },
      alarm: (code, text) => void alarms.push(`${code}: ${text}`),
      clock,
    });
  return { store, rows, alarms, make };
}

test('the first vouched one is remembered over a restart, and another is refused, shouted about and kept until a person accepts it', async () => {
  const { rows, alarms, make } = await rig();
  await (await make()).check(vouched(A));
  expect(rows).toHaveLength(1);
  const pin = await make();
  await pin.check(vouched(A));
  expect(rows).toHaveLength(1);
  await expect(pin.check(vouched(B))).rejects.toEqual(changed);
  expect(alarms).toEqual([expect.stringContaining('certificate-changed')]);
  expect(pin.view()).toEqual({ known: expect.stringMatching(/^AA:AA/), refused: expect.stringMatching(/^BB:BB/), fixed: false });
  await expect(pin.accept(A, ANN)).rejects.toMatchObject({ code: 'request-changed' });
  await pin.accept(B, ANN);
  expect(rows.at(-1)).toMatchObject({ actor: ANN, what: 'gateway.certificate', text: expect.stringContaining('Ann accepted') });
  await pin.check(selfSigned(B));
  await expect((await make()).check(vouched(A))).rejects.toEqual(changed);
});

test('one that nobody vouches for is not remembered by itself', async () => {
  const { store, make } = await rig();
  const pin = await make();
  await expect(pin.check(selfSigned(A))).rejects.toEqual(changed);
  expect(await store.notes.get('g1', 'certificate')).toBeUndefined();
  await expect(pin.check(selfSigned(A))).rejects.toEqual(changed);
  await pin.accept(A, ANN);
  await pin.check(selfSigned(A));
});

test('what a setting or the gateway’s configuration names is not changed by a click', async () => {
  for (const endpoint of [{ pin: B }, { trust: ['pem'] }]) {
    const pin = await (await rig(endpoint)).make();
    await expect(pin.check(selfSigned(A))).rejects.toEqual(changed);
    expect(pin.view()).toMatchObject({ fixed: true });
    await expect(pin.accept(A, ANN)).rejects.toMatchObject({ code: 'setting-fixed' });
  }
});

test('a note that cannot be read is no first sight', async () => {
  const { store, make } = await rig();
  await store.notes.set('g1', 'certificate', { fingerprint: 'half' });
  await expect((await make()).check(vouched(A))).rejects.toEqual(changed);
});
