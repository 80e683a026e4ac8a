// What the real node hosts declare, by danger; and that nothing unknown ever passes for harmless.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confirmOf, dangerOf, groupsOf } from './danger.ts';

// Advertised by `openclaw node run` of each version on Linux, as it printed them.
const HOST_2026_4_14 = ['system.run.prepare', 'system.run', 'system.which', 'browser.proxy'];
const HOST_2026_9_6 =
  'browser.proxy browser.proxy.upload.v1 desktop.stream dir.fetch dir.list file.create file.fetch file.stat file.write fs.listDir mcp.tools.call.v1 ollama.chat ollama.models system.execApprovals.get system.execApprovals.set system.run system.run.prepare system.which terminal.upload workspace.memory workspace.skills'.split(
    ' ',
  );
// Platform lists and the "dangerous" list of 2026.4.14.
const PHONES =
  'calendar.add calendar.events camera.clip camera.list camera.snap canvas.a2ui.push canvas.a2ui.pushJSONL canvas.a2ui.reset canvas.eval canvas.hide canvas.navigate canvas.present canvas.snapshot contacts.add contacts.search device.health device.info device.permissions device.status location.get motion.activity motion.pedometer notifications.actions notifications.list photos.latest reminders.add reminders.list screen.record sms.search sms.send'.split(
    ' ',
  );

test('what the real hosts declare is known, and what runs anything stands first', () => {
  for (const command of [...HOST_2026_4_14, ...HOST_2026_9_6, ...PHONES]) expect(dangerOf(command), command).not.toBe('unknown');
  expect(groupsOf(HOST_2026_4_14).map(({ danger, commands }) => [danger, commands])).toEqual([
    ['any-command', ['system.run', 'system.run.prepare']],
    ['data', ['browser.proxy', 'system.which']],
  ]);
  expect(groupsOf(HOST_2026_9_6)[0]?.commands).toEqual([
    'file.create',
    'file.write',
    'mcp.tools.call.v1',
    'system.execApprovals.set',
    'system.run',
    'system.run.prepare',
    'terminal.upload',
  ]);
});

test('commands that a gateway lets operator.write approve are grave all the same', () => {
  expect(['computer.act', 'mcp.tools.call.v1', 'agent.cli.claude.run.v1'].map(dangerOf)).toEqual(Array(3).fill('any-command'));
  expect(['desktop.stream', 'screen.snapshot', 'camera.ptz.control'].map(dangerOf)).toEqual(Array(3).fill('watching'));
});

test('an approval names every group again but what only shows something, the unknown included', () => {
  expect(confirmOf(groupsOf(['system.notify', 'system.run', 'bogus.cmd', 'camera.snap', 'sms.send']))).toEqual([
    'any-command',
    'unknown',
    'watching',
    'data',
  ]);
  expect(confirmOf(groupsOf(['system.notify', 'canvas.present']))).toEqual([]);
});

test('a name that only resembles a known one is unknown', () => {
  for (const command of [
    'system.notify.x',
    'System.Notify',
    'canvas',
    'canvas.',
    'canvas.exec',
    ' system.notify',
    'system.runner',
    'constructor',
    '',
  ])
    expect(dangerOf(command), command).toBe('unknown');
});

test('every command stands in exactly one group, whatever its name', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...HOST_2026_9_6, ...PHONES))), (commands) => {
      expect(
        groupsOf(commands)
          .flatMap((group) => group.commands)
          .sort(),
      ).toEqual([...new Set(commands)].sort());
    }),
  );
});
