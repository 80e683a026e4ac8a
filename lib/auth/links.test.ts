import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { startRig } from '../http/test-rig.ts';
import { dropLink, LINK_LIFE_MS } from './link-drop.ts';
import { hashOf } from './secrets.ts';

const rigWithPost = async () => {
  const rig = await startRig();
  const spend = (secret: unknown) => rig.ask('/api/v1/session', { method: 'POST', headers: { Origin: rig.origin }, body: { secret } });
  const drop = () => dropLink(rig.folder, { clock: rig.clock, random: randomBytes });
  return { ...rig, spend, drop };
};

describe('a sign-in link', () => {
  test('starts a session and works once', async () => {
    const { auth, spend, clock } = await rigWithPost();
    const link = await auth.createLink();
    expect(link.secret).toMatch(/^[\w-]{43}$/);
    const first = await spend(link.secret);
    expect(first).toMatchObject({
      status: 200,
      json: { key: expect.stringMatching(/^[\w-]{43}$/), expiresAt: isoOf(clock.nowMs() + 7 * 86_400_000) },
    });
    expect(await spend(link.secret)).toMatchObject({ status: 401, json: { code: 'link-spent' } });
  });

  test('works for exactly one of two that come at once', async () => {
    const { auth, spend, drop } = await rigWithPost();
    for (const link of [await auth.createLink(), drop()]) {
      const answers = await Promise.all([spend(link.secret), spend(link.secret), spend(link.secret)]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
    }
  });

  test('does not work after 15 minutes, one made by another process neither', async () => {
    const { auth, spend, drop, clock } = await rigWithPost();
    const links = [await auth.createLink(), drop()];
    clock.advance(LINK_LIFE_MS);
    for (const link of links) expect(await spend(link.secret)).toMatchObject({ status: 401, json: { code: 'link-spent' } });
  });

  test('ends with the process, one made by another process too, so that a stranger who was shown one cannot spend it later', async () => {
    const { auth, drop, folder, stop, startAgain } = await rigWithPost();
    const shown = [(await auth.createLink()).secret, drop().secret];
    await stop();
    const again = await startAgain();
    for (const secret of shown) {
      const answer = await again.ask('/api/v1/session', { method: 'POST', headers: { Origin: again.origin }, body: { secret } });
      expect(answer).toMatchObject({ status: 401, json: { code: 'link-spent' } });
    }
    expect(readdirSync(join(folder, 'links'))).toEqual([]);
    await again.signIn(dropLink(folder, { clock: again.clock, random: randomBytes }).secret);
    await again.signIn();
  });

  test('is kept as a hash only, in the database and as a file', async () => {
    const { auth, folder, drop } = await rigWithPost();
    const secrets = [(await auth.createLink()).secret, drop().secret];
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name);
      if (!statSync(path).isFile()) continue;
      const text = `${name} ${readFileSync(path, 'latin1')}`;
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    }
  });

  test('is not spent by a GET, nor by a body that is none', async () => {
    const { auth, ask, spend, origin } = await rigWithPost();
    const { secret } = await auth.createLink();
    expect((await ask(`/api/v1/session?secret=${secret}`)).status).toBe(401);
    expect(await spend(17)).toMatchObject({ status: 400, json: { code: 'input-invalid', field: 'secret' } });
    expect((await ask('/api/v1/session', { method: 'POST', headers: { Origin: origin } })).status).toBe(400);
    expect((await spend(secret)).status).toBe(200);
  });

  test('is not spent from a foreign page, from another port, or without an origin', async () => {
    const { auth, ask, spend, port } = await rigWithPost();
    const { secret } = await auth.createLink();
    for (const Origin of ['http://evil.example', `http://localhost:${port + 1}`, `https://localhost:${port}`, 'null']) {
      expect(await ask('/api/v1/session', { method: 'POST', headers: { Origin }, body: { secret } })).toMatchObject({
        status: 403,
        json: { code: 'origin-refused' },
      });
    }
    expect(await ask('/api/v1/session', { method: 'POST', body: { secret } })).toMatchObject({
      status: 403,
      json: { code: 'origin-refused' },
    });
    expect((await spend(secret)).status).toBe(200);
  });
});

describe('a link made by another process', () => {
  test('is a private file, works once and is gone', async () => {
    const { spend, drop, folder } = await rigWithPost();
    const { secret } = drop();
    const file = join(folder, 'links', `${hashOf(secret)}.json`);
    expect([statSync(join(folder, 'links')).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    expect((await spend(secret)).status).toBe(200);
    expect(readdirSync(join(folder, 'links'))).toEqual([]);
    expect((await spend(secret)).status).toBe(401);
  });

  test('is not taken from a file that others can write, from a symbolic link, or with a long life', async () => {
    const { spend, folder, clock } = await rigWithPost();
    const links = join(folder, 'links');
    mkdirSync(links);
    const plant = (secret: string, text: string, mode: number) => writeFileSync(join(links, `${hashOf(secret)}.json`), text, { mode });
    const soon = JSON.stringify({ expiresAt: isoOf(clock.nowMs() + 1000) });
    plant('others', soon, 0o644);
    plant('garbage', '{"expiresAt":"later"}', 0o600);
    plant('long', JSON.stringify({ expiresAt: isoOf(clock.nowMs() + LINK_LIFE_MS + 1) }), 0o600);
    writeFileSync(join(folder, 'elsewhere'), soon, { mode: 0o600 });
    symlinkSync(join(folder, 'elsewhere'), join(links, `${hashOf('linked')}.json`));
    for (const secret of ['others', 'garbage', 'long', 'linked']) expect((await spend(secret)).status).toBe(401);
    plant('honest', soon, 0o600);
    expect((await spend('honest')).status).toBe(200);
  });

  test('is swept away when it ran out', async () => {
    const { auth, drop, clock, folder } = await rigWithPost();
    const { secret } = drop();
    await auth.sweep();
    expect(existsSync(join(folder, 'links', `${hashOf(secret)}.json`))).toBe(true);
    clock.advance(LINK_LIFE_MS);
    await auth.sweep();
    expect(readdirSync(join(folder, 'links'))).toEqual([]);
  });
});

test('guessing is slowed and said once, and never keeps the right link out', async () => {
  const { auth, spend, logged } = await rigWithPost();
  const { secret } = await auth.createLink();
  const statuses: number[] = [];
  for (let n = 0; n < 25; n += 1) statuses.push((await spend(`guess ${n}`)).status);
  expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)]);
  expect(await spend('one more')).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
    json: { code: 'link-spent', status: 429 },
  });
  expect(logged.filter((line) => line.text.includes('too many'))).toHaveLength(1);
  expect(logged).toHaveLength(21);
  expect((await spend(secret)).status).toBe(200);
});
