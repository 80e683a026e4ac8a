import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { route } from '../http/route.ts';
import { API_TOKEN, startRig } from '../http/test-rig.ts';
import { START_MS } from '../store/test-samples.ts';
import { hashOf } from './secrets.ts';
import { createSessionBook, MAX_SESSIONS, MAX_SESSIONS_EACH, SESSION_IDLE_MS, SESSION_LIFE_MS } from './sessions.ts';

const routes = [
  route({ method: 'GET', path: '/things', access: 'viewer', handler: ({ actor }) => ({ by: actor().kind }) }),
  route({ method: 'PUT', path: '/things', access: 'viewer', handler: ({ actor }) => ({ by: actor().kind }) }),
  route({ method: 'POST', path: '/people-only', access: 'viewer', by: 'person', handler: () => 'done' }),
];

describe('a session', () => {
  test('comes as a cookie that scripts cannot read and other sites do not send, named after our port', async () => {
    const { signIn, port } = await startRig();
    const { setCookie } = await signIn();
    expect(setCookie).toMatch(new RegExp(`^gatehouse_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800$`));
  });

  test('is marked Secure when it is started over https', async () => {
    const { ask, auth } = await startRig({ extraOrigins: ['https://console.example'] });
    const { secret } = await auth.createLink();
    const answer = await ask('/api/v1/session', {
      method: 'POST',
      headers: { Host: 'console.example', Origin: 'https://console.example' },
      body: { secret },
    });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  test('needs cookie and second secret together', async () => {
    const rig = await startRig({ routes });
    const one = await rig.signIn();
    const other = await rig.signIn();
    const get = (headers: Record<string, string>) => rig.ask('/api/v1/things', { headers });
    expect(await get(one.headers)).toMatchObject({ status: 200, json: { by: 'person' } });
    expect(await get({ Cookie: one.cookie })).toMatchObject({ status: 401, json: { code: 'sign-in-required' } });
    expect((await get({ 'X-Gatehouse-Key': one.key })).status).toBe(401);
    expect((await get({ Cookie: one.cookie, 'X-Gatehouse-Key': other.key })).status).toBe(401);
    expect((await get({ Cookie: one.cookie, 'X-Gatehouse-Key': '' })).status).toBe(401);
    expect((await get({ Cookie: one.cookie, 'X-Gatehouse-Key': `${one.key}x` })).status).toBe(401);
    expect((await get({})).status).toBe(401);
  });

  test('is found beside cookies of the same name that another port planted', async () => {
    const rig = await startRig({ routes });
    const { cookie, key } = await rig.signIn();
    const name = cookie.split('=', 1)[0];
    const answer = await rig.ask('/api/v1/things', {
      headers: { Cookie: `other=1; ${name}=planted; ${cookie}; ${name}=`, 'X-Gatehouse-Key': key },
    });
    expect(answer.status).toBe(200);
  });

  test('changes nothing without our exact origin, port included', async () => {
    const rig = await startRig({ routes });
    const { headers } = await rig.signIn();
    const put = (origin: Record<string, string>) => rig.ask('/api/v1/things', { method: 'PUT', headers: { ...headers, ...origin } });
    expect((await put({ Origin: rig.origin })).status).toBe(200);
    expect((await put({ Origin: `http://127.0.0.1:${rig.port}` })).status).toBe(200);
    const foreign = [
      'http://evil.example',
      `http://localhost:${rig.port + 1}`,
      `https://localhost:${rig.port}`,
      `${rig.origin}/`,
      'null',
      '',
    ];
    for (const Origin of foreign) expect(await put({ Origin })).toMatchObject({ status: 403, json: { code: 'origin-refused' } });
    expect(await put({})).toMatchObject({ status: 403, json: { code: 'origin-refused' } });
  });

  test('ends after 24 idle hours, and after 7 days however busy', async () => {
    const rig = await startRig({ routes });
    const busy = await rig.signIn();
    const idle = await rig.signIn();
    const status = async (headers: Record<string, string>) => (await rig.ask('/api/v1/things', { headers })).status;
    for (let passed = 0; passed < SESSION_LIFE_MS; passed += SESSION_IDLE_MS / 2) {
      expect(await status(busy.headers)).toBe(200);
      rig.clock.advance(SESSION_IDLE_MS / 2);
    }
    expect(await status(busy.headers)).toBe(401);
    expect(await status(idle.headers)).toBe(401);
  });

  test('is not kept alive by its cookie alone', async () => {
    const rig = await startRig({ routes });
    const { cookie, headers } = await rig.signIn();
    rig.clock.advance(SESSION_IDLE_MS - 1);
    expect((await rig.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
    rig.clock.advance(1);
    expect((await rig.ask('/api/v1/things', { headers })).status).toBe(401);
  });

  test('ends when the person signs out, and says so once', async () => {
    const rig = await startRig({ routes });
    const { headers, writeHeaders } = await rig.signIn();
    const ended: string[] = [];
    rig.auth.onSessionEnd((id) => ended.push(id));
    const answer = await rig.ask('/api/v1/session', { method: 'DELETE', headers: writeHeaders });
    expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await rig.ask('/api/v1/things', { headers })).status).toBe(401);
    expect(ended).toHaveLength(1);
  });

  test('ends with the process, so that what an open tab sent to a stranger on its port opens nothing afterwards', async () => {
    const rig = await startRig({ routes });
    const { headers, cookie } = await rig.signIn();
    expect((await rig.ask('/api/v1/things', { headers })).status).toBe(200);
    await rig.stop();

    // What the tab sends by itself while somebody else listens there.
    const heard: IncomingHttpHeaders[] = [];
    const stranger = createServer((request, response) => {
      heard.push(request.headers);
      response.end();
    });
    await new Promise<void>((resolve) => stranger.listen(rig.port, '127.0.0.1', resolve));
    await rig.ask('/api/v1/things', { headers });
    await new Promise((resolve) => stranger.close(resolve));
    expect(heard).toMatchObject([{ cookie, 'x-gatehouse-key': headers['X-Gatehouse-Key'] }]);

    const again = await rig.startAgain();
    const opens = { ...headers, Origin: again.origin };
    for (const method of ['GET', 'PUT'])
      expect(await again.ask('/api/v1/things', { method, headers: opens })).toMatchObject({
        status: 401,
        json: { code: 'sign-in-required' },
      });
    expect(await again.ask('/', { headers: { Cookie: cookie } })).toMatchObject({ status: 303, headers: { location: '/sign-in' } });
    // Signing in anew works, on the same data folder.
    const fresh = await again.signIn();
    expect((await again.ask('/api/v1/things', { headers: fresh.headers })).status).toBe(200);
  });

  test('leaves nothing on the disk, not even a hash', async () => {
    const { folder, signIn, ask, auth } = await startRig();
    const { cookie, key, headers } = await signIn();
    await ask('/api/v1/session', { headers });
    await auth.sweep();
    const value = cookie.split('=')[1] ?? '';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
    expect(files).toContain('gatehouse.db');
    const onDisk = files.map((name) => `${name} ${readFileSync(join(folder, name), 'latin1')}`).join();
    const found = [value, key, hashOf(value), hashOf(key)].filter((trace) => onDisk.includes(trace));
    expect(found).toEqual([]);
  });
});

describe('the book of sessions', () => {
  function bookForTest() {
    const clock = manualClock(START_MS);
    const book = createSessionBook({ clock, random: randomBytes });
    const ended: string[] = [];
    book.onEnd((id) => ended.push(id));
    let operators = 0;
    const start = (operatorId = `operator ${operators++}`) => {
      const { session, cookie, key } = book.start({ operatorId, name: 'somebody', rights: ['viewer'], way: 'link' });
      return { id: session.id, cookie, find: () => book.find([cookie], key)?.proven };
    };
    return { book, clock, ended, start };
  }

  test('holds 200; beyond, the one that was unused for longest gives way, whatever the wall clock says', () => {
    const { book, clock, ended, start } = bookForTest();
    const [used, unused] = [start(), start()];
    for (let n = 2; n < MAX_SESSIONS; n += 1) start();
    expect(book.count()).toBe(200);
    clock.setWall(START_MS - 60_000);
    expect(used.find()).toBe(true);
    const newest = start();
    expect([book.count(), ended]).toEqual([200, [unused.id]]);
    expect([used.find(), unused.find(), newest.find()]).toEqual([true, undefined, true]);
  });

  test('holds 50 of one operator; beyond, its own oldest gives way, and nobody else is signed out', () => {
    const { book, ended, start } = bookForTest();
    const other = start('other');
    const first = start('busy');
    for (let n = 1; n <= MAX_SESSIONS_EACH; n += 1) start('busy');
    expect([ended, other.find(), book.count()]).toEqual([[first.id], true, 51]);
  });

  test('says once of each session that it ended, whether by age, by its person or in a sweep', () => {
    const { book, clock, ended, start } = bookForTest();
    const [found, left] = [start(), start()];
    clock.advance(SESSION_IDLE_MS - 1);
    const young = start();
    clock.advance(1);
    expect(found.find()).toBeUndefined();
    expect(ended).toEqual([found.id]);
    book.sweep();
    expect(ended).toEqual([found.id, left.id]);
    book.end(young.id);
    book.end(young.id);
    book.end('never was');
    book.sweep();
    expect([ended, book.count()]).toEqual([[found.id, left.id, young.id], 0]);
  });

  test('forgets all when it is disposed of', () => {
    const { book, start } = bookForTest();
    const one = start();
    book.dispose();
    expect([one.find(), book.count()]).toEqual([undefined, 0]);
  });
});

describe('the API token', () => {
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

  test('may read and write without an origin, never with a foreign one', async () => {
    const rig = await startRig({ routes });
    const put = (headers: Record<string, string>) =>
      rig.ask('/api/v1/things', { method: 'PUT', headers: { ...bearer(API_TOKEN), ...headers } });
    expect(await put({})).toMatchObject({ status: 200, json: { by: 'api-token' } });
    expect((await put({ Origin: rig.origin })).status).toBe(200);
    expect(await put({ Origin: 'http://evil.example' })).toMatchObject({ status: 403, json: { code: 'origin-refused' } });
  });

  test('is refused when it is wrong in any way, also beside a good session', async () => {
    const rig = await startRig({ routes });
    const { headers } = await rig.signIn();
    for (const Authorization of [
      `Bearer ${API_TOKEN}x`,
      `Bearer ${API_TOKEN.slice(1)}`,
      'Bearer',
      'Bearer ',
      API_TOKEN,
      `Basic ${API_TOKEN}`,
    ]) {
      expect(await rig.ask('/api/v1/things', { headers: { ...headers, Authorization } })).toMatchObject({
        status: 401,
        json: { code: 'sign-in-required' },
      });
    }
  });

  test('is refused when none is configured', async () => {
    const rig = await startRig({ routes, apiToken: null });
    for (const token of [API_TOKEN, 'undefined', ''])
      expect((await rig.ask('/api/v1/things', { headers: bearer(token) })).status).toBe(401);
  });

  test('cannot do what is a person’s to do', async () => {
    const rig = await startRig({ routes });
    expect(await rig.ask('/api/v1/people-only', { method: 'POST', headers: bearer(API_TOKEN) })).toMatchObject({
      status: 403,
      json: { code: 'person-required' },
    });
    const { writeHeaders } = await rig.signIn();
    expect((await rig.ask('/api/v1/people-only', { method: 'POST', headers: writeHeaders })).json).toBe('done');
  });

  test('opens no page', async () => {
    const rig = await startRig();
    expect((await rig.ask('/', { headers: bearer(`${API_TOKEN}x`) })).status).toBe(303);
    expect((await rig.ask('/', { headers: bearer(API_TOKEN) })).status).toBe(303);
  });

  test('guessed too often is answered with 429, while the right one passes', async () => {
    const rig = await startRig({ routes, failuresPerMinute: 3 });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await rig.ask('/api/v1/things', { headers: bearer(`guess-${n}`) })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await rig.ask('/api/v1/things', { headers: bearer(API_TOKEN) })).status).toBe(200);
    rig.clock.advance(60_000);
    expect((await rig.ask('/api/v1/things', { headers: bearer('guess') })).status).toBe(401);
  });
});

test('nothing that was offered or given stands in the log', async () => {
  const rig = await startRig({ routes });
  const { cookie, key } = await rig.signIn();
  const secrets = [cookie.split('=')[1] ?? '', key, API_TOKEN, 'wrong-guess'];
  await rig.ask('/api/v1/things', { headers: { Cookie: cookie, 'X-Gatehouse-Key': 'wrong-guess' } });
  await rig.ask('/api/v1/things', { headers: { Authorization: `Bearer ${API_TOKEN}wrong-guess` } });
  expect(rig.logged.length).toBeGreaterThan(0);
  for (const secret of secrets) expect(JSON.stringify(rig.logged)).not.toContain(secret);
});
