// Silent grants on loopback, switched from the console on a real gateway: what waits, what is granted unseen, and what is refused;
// and the scope book against what the gateway itself demands.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { methodScopesFile } from '../../scripts/method-scopes.mjs';
import { personAt } from '../gateways/person.ts';
import {
  giveStatement,
  knownDevice,
  OLDEST,
  onStage,
  READ_WRITE,
  refusedForPairing,
  settledRequest,
  versionsUnderTest,
  watch,
} from './scene.ts';

const change = z.looseObject({
  to: z.string(),
  patch: z.string(),
  baseHash: z.string(),
  effects: z.array(z.string()),
  needsConfirm: z.string().optional(),
});
const view = z.looseObject({ state: z.string(), why: z.string(), change: change.optional(), whyNot: z.string().optional() });
const refusal = z.looseObject({ code: z.string(), item: view.optional(), field: z.string().optional() });
const book = z.looseObject({
  source: z.string(),
  version: z.string(),
  table: z.string(),
  scopes: z.array(z.looseObject({ scope: z.string(), methods: z.array(z.looseObject({ method: z.string() })) })),
  unknown: z.array(z.string()),
});
const HELD_BY_CONFIG = 'gateway.nodes.pairing.autoApproveLocal';

for (const version of versionsUnderTest()) {
  test(`${version}: the table of its methods is the one that this gateway's own code answers`, async () => {
    const kept = readFileSync(new URL(`../../lib/scopes/methods-${version}.ts`, import.meta.url), 'utf8');
    expect(await methodScopesFile(version)).toBe(kept);
  });

  test(`${version}: every method that it offers has its scope in the book, and it demands what the book says`, async () => {
    await onStage({ version }, async (stage) => {
      const scene = await watch(stage, { granting: true });
      const shown = book.parse((await scene.console.api.call('GET', `/gateways/${scene.id}/scopes`)).body);
      expect(shown).toMatchObject({ source: 'gateway', version, table: version, unknown: [] });
      const opens = (scope: string) => new Set(shown.scopes.find((s) => s.scope === scope)?.methods.map(({ method }) => method));
      const [read, write, admin] = [opens('operator.read'), opens('operator.write'), opens('operator.admin')];
      const device = await knownDevice(stage, 'reader');
      const open = await device.connect({ scopes: ['operator.read'] });
      // Methods that a reader may not call say which scope is missing, and do nothing.
      const beyond = [...admin].filter((method) => !read.has(method)).slice(0, 60);
      for (const method of beyond) {
        const said = await open.request(method, {}).then(
          () => 'answered',
          (error: unknown) => String(error),
        );
        expect(said, method).toMatch(/missing scope: operator\.|unauthorized role/);
        const missing = /missing scope: (operator\.[\w.]+)/.exec(said)?.[1] ?? '';
        expect([...opens(missing)], `${method} wants ${missing}`).toContain(method);
      }
      expect(write.has('node.invoke')).toBe(true);
      await open.close();
    });
  });
}

for (const version of versionsUnderTest().filter((v) => v !== OLDEST))
  test(`${version}: switched off a loopback upgrade waits, switched on it is granted unseen; each change is bound, recorded and read back`, async () => {
    await onStage({ version }, async (stage) => {
      const waits = await knownDevice(stage, 'waits');
      const granted = await knownDevice(stage, 'granted unseen');
      const scene = await watch(stage, { granting: true });
      const { api } = scene.console;
      const path = `/gateways/${scene.id}/local-approval`;
      const now = async () => view.parse((await api.call('GET', path)).body);
      const rulesMatter = async () =>
        z.looseObject({ rulesMatter: z.object({ matter: z.boolean() }) }).parse((await api.gateways())[0]).rulesMatter.matter;
      await giveStatement(scene);
      const on = await now();
      expect(on).toMatchObject({ state: 'on', change: { to: 'off' } });
      expect(on.change?.effects.join(' ')).toContain('no proxy stands in front');
      expect(await rulesMatter()).toBe(false);

      // The API token may look, not switch.
      const body = { to: 'off', baseHash: on.change?.baseHash };
      expect(refusal.parse((await api.call('PUT', path, body)).body).code).toBe('person-required');
      const person = await personAt(scene.console);
      const wrong = await person.call('PUT', path, { ...body, baseHash: 'hmac-sha256:v1:another' });
      expect(wrong.status).toBe(409);
      expect(refusal.parse(wrong.body)).toMatchObject({ code: 'request-changed', item: { state: 'on' } });

      const off = await person.call('PUT', path, body);
      expect(off.status, JSON.stringify(off.body)).toBe(200);
      expect(view.parse(off.body)).toMatchObject({ state: 'off', change: { to: 'on', needsConfirm: 'unseen' } });
      expect(await rulesMatter()).toBe(true);
      expect(
        z.looseObject({ statement: z.looseObject({ noProxyInFront: z.boolean() }) }).parse((await api.gateways())[0]).statement
          .noProxyInFront,
      ).toBe(false);
      await refusedForPairing(waits, { scopes: READ_WRITE });
      expect((await settledRequest(scene, waits)).scopes).toEqual(expect.arrayContaining(READ_WRITE));

      const back = { to: 'on', baseHash: view.parse(off.body).change?.baseHash };
      expect(refusal.parse((await person.call('PUT', path, back)).body)).toMatchObject({ code: 'input-invalid', field: 'confirm' });
      // Somebody else's change in between: the hash that was shown is another by then.
      await stage.gateway.reconfigure({ gateway: { nodes: { pairing: { sshVerify: false } } } });
      expect(refusal.parse((await person.call('PUT', path, { ...back, confirm: 'unseen' })).body).code).toBe('request-changed');
      const anew = await now();
      expect(anew).toMatchObject({ state: 'off' });
      const again = await person.call('PUT', path, { to: 'on', baseHash: anew.change?.baseHash, confirm: 'unseen' });
      expect(view.parse(again.body)).toMatchObject({ state: 'on' });
      expect((await granted.attempt({ scopes: READ_WRITE })).ok).toBe(true);
      expect((await stage.admin.paired(granted.deviceId))?.scopes).toEqual(expect.arrayContaining(READ_WRITE));
      // What waited before goes on waiting, as the effects say.
      await refusedForPairing(waits, { scopes: READ_WRITE });

      const said = (await api.activity())
        .filter(({ what }) => what.startsWith('gateway.local-approval'))
        .map(({ what, text }) => `${what}: ${text}`);
      expect(said.filter((line) => line.startsWith('gateway.local-approval-asked'))).toHaveLength(2);
      expect(said.filter((line) => line.includes(`${HELD_BY_CONFIG} is o`) && line.includes('read back'))).toHaveLength(2);
    });
  });

if (versionsUnderTest().includes(OLDEST))
  test(`${OLDEST}: it has no such setting: told as such, and nothing is sent`, async () => {
    await onStage({ version: OLDEST }, async (stage) => {
      const scene = await watch(stage);
      const path = `/gateways/${scene.id}/local-approval`;
      expect(view.parse((await scene.console.api.call('GET', path)).body)).toMatchObject({ state: 'absent' });
      const person = await personAt(scene.console);
      const answer = await person.call('PUT', path, { to: 'off', baseHash: 'any' });
      expect(refusal.parse(answer.body).code).toBe('setting-fixed');
      expect(readFileSync(stage.gateway.configPath, 'utf8')).not.toContain('autoApproveLocal');
    });
  });
