'use client';
// Opening a permit window: a sentence whose parts are controls, what it means read aloud, and the words that a grave one takes.
import Link from 'next/link';
import { useState } from 'react';
import type { DeviceView, GatewayView } from '#lib/api/shapes.ts';
import { windowSentence } from '#lib/rules/sentence.ts';
import { deviceName } from '../devices/device-words.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Select } from '../parts/field.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { ScopeToggles } from '../parts/scope-toggles.tsx';
import { scopeMeaning, scopeName } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { typedWords } from '../parts/typed.ts';
import { TypedWords } from '../parts/typed-words.tsx';
import { useDevices } from '../queries/devices.ts';
import { useOverview } from '../queries/overview.ts';
import { useOpenWindow } from '../queries/windows.ts';
import { Waits } from './waits.tsx';
import { COUNTS, canHaveWindow, draftOf, inputOfDraft, namedOf, SPANS, type WindowDraft, type WindowStart } from './window-draft.ts';

const INLINE = 'mx-1 inline-block max-w-full font-semibold';
const NEXT = 'next-new-cli';

type Named = { deviceId: string; name: string; waits: boolean };

/** Browser pages send an Origin, which no window lets in. */
const BROWSERS: ReadonlySet<string> = new Set(['openclaw-control-ui', 'webchat', 'webchat-ui']);
const canCome = ({ roles, clientId, isConsole }: DeviceView): boolean =>
  !isConsole && roles.every((role) => role === 'operator') && !BROWSERS.has(clientId ?? '');

/** Devices that a window can be opened for: those that wait first, then those that are paired here. */
function devicesOf(gateway: string, waiting: readonly Omit<Named, 'waits'>[], paired: readonly DeviceView[]): Named[] {
  const all = new Map<string, Omit<Named, 'deviceId'>>();
  for (const { deviceId, name } of waiting) all.set(deviceId, { name, waits: true });
  for (const device of paired)
    if (device.gateway === gateway && canCome(device) && !all.has(device.deviceId))
      all.set(device.deviceId, { name: deviceName(device), waits: false });
  return [...all].map(([deviceId, { name, waits }]) => ({ deviceId, name: shownText(name, 48), waits }));
}

type SentenceProps = { draft: WindowDraft; devices: Named[]; gateways: readonly GatewayView[]; onChange(draft: WindowDraft): void };

function Sentence({ draft, devices, gateways, onChange }: SentenceProps) {
  const { target } = draft;
  const chosen = target.kind === 'device' ? target.deviceId : NEXT;
  const listed = target.kind === 'next-new-cli' || devices.some(({ deviceId }) => deviceId === chosen);
  return (
    <div className="text-base leading-9">
      For the next
      <Select
        aria-label="How long"
        data-first
        className={INLINE}
        value={draft.seconds}
        onChange={(event) => onChange({ ...draft, seconds: Number(event.target.value) })}
      >
        {SPANS.map(({ seconds, word }) => (
          <option key={seconds} value={seconds}>
            {word}
          </option>
        ))}
      </Select>
      approve
      <Select
        aria-label="How many requests"
        className={INLINE}
        value={draft.uses}
        onChange={(event) => onChange({ ...draft, uses: Number(event.target.value) })}
      >
        {COUNTS.map(({ uses, word }) => (
          <option key={uses} value={uses}>
            {word}
          </option>
        ))}
      </Select>
      from
      <Select
        aria-label="From which device"
        className={INLINE}
        value={chosen}
        onChange={({ target: { value } }) =>
          onChange({ ...draft, target: value === NEXT ? { kind: NEXT } : { kind: 'device', deviceId: value } })
        }
      >
        <option value={NEXT}>the next new CLI</option>
        {!listed && <option value={chosen}>{chosen.slice(0, 8)}</option>}
        {devices.map(({ deviceId, name, waits }) => (
          <option key={deviceId} value={deviceId}>
            {name} {deviceId.slice(0, 8)}
            {waits && ', waiting'}
          </option>
        ))}
      </Select>
      {gateways.length > 1 && (
        <>
          on
          <Select
            aria-label="On which gateway"
            className={INLINE}
            value={draft.gateway}
            onChange={(event) => onChange({ ...draft, gateway: event.target.value, target: { kind: NEXT } })}
          >
            {gateways.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </>
      )}{' '}
      up to
      <ScopeToggles
        legend="The most that the device may hold afterwards"
        scopes={draft.scopes}
        onChange={(scopes) => onChange({ ...draft, scopes })}
      />
    </div>
  );
}

function Choice({ on, title, text, onChange }: { on: boolean; title: string; text: string; onChange(on: boolean): void }) {
  return (
    <label className="grid grid-cols-[16px_1fr] gap-x-2.5">
      <input type="checkbox" className="mt-0.5 size-4" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span className="font-medium">{title}</span>
      <span className="col-start-2 text-soft">{text}</span>
    </label>
  );
}

function Means({ draft, device }: { draft: WindowDraft; device: Named | undefined }) {
  const spoken = windowSentence({ ...inputOfDraft(draft), ...(device === undefined ? {} : { deviceName: device.name }) });
  return (
    <div className="grid gap-1.5">
      <p className="border-l-2 border-accent pl-3" aria-live="polite">
        {spoken}
      </p>
      <p className="text-soft">
        It approves by itself, and only with every proof that a rule needs. What it gives stays with the device.{' '}
        {draft.target.kind === NEXT
          ? 'A client says itself that it is a CLI: whoever reaches the gateway on this host first with a new key gets in.'
          : 'Only this key gets in; its name is its own word.'}{' '}
        It closes with your session, when you sign out, and with a restart of Gatehouse.
      </p>
    </div>
  );
}

/** Closes itself once the window is open; the strip on every page takes over. Without `start` it asks for the next new CLI and read. */
export default function WindowDialog({ start, onClose }: { start?: WindowStart | undefined; onClose(): void }) {
  const { data } = useOverview();
  const { data: paired } = useDevices();
  const open = useOpenWindow();
  const gateways = data?.gateways ?? [];
  const first = gateways[0]?.id ?? '';
  const [draft, setDraft] = useState<WindowDraft>(() =>
    draftOf(start ?? { gateway: first, target: { kind: NEXT }, scopes: ['operator.read'] }),
  );
  const [text, setText] = useState('');
  const [began] = useState(draft);
  const gateway = gateways.find(({ id }) => id === draft.gateway);
  const requests = (data?.requests.items ?? []).filter((request) => request.gateway === draft.gateway);
  const waiting = requests
    .filter(canHaveWindow)
    .map(({ deviceId, displayName, clientId }) => ({ deviceId, name: displayName ?? clientId ?? 'a device' }));
  const devices = devicesOf(draft.gateway, waiting, paired?.items ?? []);
  const unlisted = (paired?.items ?? []).some((one) => one.gateway === draft.gateway && !one.isConsole && !canCome(one));
  const { target } = draft;
  const device = target.kind === 'device' ? devices.find(({ deviceId }) => deviceId === target.deviceId) : undefined;
  const words = namedOf(draft).map((scope) => ({ word: scopeName(scope), text: scopeMeaning(scope) }));
  const wanted = words.map(({ word }) => word);
  const ready = draft.gateway !== '' && draft.scopes.length > 0 && typedWords(text, wanted).size === words.length;
  const seesPeers = gateway?.proof.find(({ name }) => name === 'peer')?.held !== false;
  return (
    <Dialog title="Open a window" onClose={onClose} wide unsaved={text !== '' || JSON.stringify(draft) !== JSON.stringify(began)}>
      <form
        className="grid gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !open.isPending) open.mutate(inputOfDraft(draft), { onSuccess: onClose });
        }}
      >
        <Sentence draft={draft} devices={devices} gateways={gateways} onChange={setDraft} />
        {unlisted && <p className="text-xs text-soft">Nodes and browser pages are not listed: no window lets them in.</p>}
        <Means draft={draft} device={device} />
        <Waits draft={draft} requests={requests} />
        {words.length > 0 && (
          <Choice
            on={draft.agentsMayUse}
            title="Agents may use it"
            text="Also when the gateway's own process asks, as it does for an agent that starts a sub-agent. Left off, such a request waits for a person."
            onChange={(agentsMayUse) => setDraft({ ...draft, agentsMayUse })}
          />
        )}
        {(!seesPeers || draft.assurance === 'log') && (
          <Choice
            on={draft.assurance === 'log'}
            title="By the log alone"
            text="Here nobody can see which process connects. A tunnel of the same user, or a proxy that adds no header, looks like this host. The ceiling is then write, and your statement on Gateways must stand."
            onChange={(log) => setDraft({ ...draft, assurance: log ? 'log' : 'peer' })}
          />
        )}
        <TypedWords words={words} text={text} onText={setText} />
        {data !== undefined && data.automation.state !== 'on' && (
          <Notice kind="warn">
            <p>
              Automation is {data.automation.state}, so this window would approve nothing until it is on.{' '}
              <Link href="/rules" prefetch={false} className="underline underline-offset-2">
                Rules
              </Link>
            </p>
          </Notice>
        )}
        {gateway !== undefined && !gateway.rulesMatter.matter && (
          <Notice>
            <p className="text-soft">{gateway.rulesMatter.text}</p>
          </Notice>
        )}
        <Failure error={open.error} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" weight="main" disabled={!ready || open.isPending}>
            {open.isPending ? 'One moment' : 'Open the window'}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
