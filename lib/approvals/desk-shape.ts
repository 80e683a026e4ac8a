// What a desk is to the rest of the console, and what it needs of it.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import type { BridgeChange, DeviceView, Freshness, GatewayView, RequestView } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { DeviceActPort } from '../devices/acts/port.ts';
import type { Found } from '../devices/findings.ts';
import type { Place } from '../diagnosis/entry.ts';
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import type { DeviceIdentity } from '../gateway/identity.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import type { NodeDesk } from '../nodes/node-desk.ts';
import type { RuleInForce, VerdictInput } from '../rules/case.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import type { DeskActs } from './desk-acts.ts';
import type { DeskSettings } from './desk-settings.ts';
import type { GuardLog } from './guard-log.ts';
import type { InTurn } from './in-turn.ts';
import type { PermitWindows } from './permit-windows.ts';
import type { TakeBackPort } from './take-back-port.ts';

export type Desk = DeskActs &
  DeskSettings & {
    id: string;
    view: () => GatewayView;
    requests: () => RequestView[];
    devices: () => DeviceView[];
    freshness: () => Freshness;
    /** Rules, the switch or the ledger changed: look at everything that waits again. */
    reevaluate: () => void;
    hostKeyId: () => string | undefined;
    /** The user that the gateway runs as, where that can be seen. */
    gatewayUid: () => number | undefined;
    takeBack: TakeBackPort;
    deviceActs: DeviceActPort;
    /** The queue of node requests, which no rule ever sees. */
    nodes: Pick<NodeDesk, 'requests' | 'gap' | 'decide' | 'holding' | 'idle'>;
    /** What waits now, as the rules were asked about it last. */
    waitingInputs: () => { requestId: string; displayName?: string; clientId?: string; input: VerdictInput }[];
    /** Why nothing is automatic on this gateway now; undefined when nothing stands against it. */
    halted: () => string | undefined;
    /** The row of a device with what is odd about it, as facts; undefined when the gateway lists none such. */
    inspect: (deviceId: string) => { row: PairedDevice; found: Found[] } | undefined;
    /** Everything that this console publishes. */
    told: (change: BridgeChange) => void;
    /** A person has seen these grants that nobody clicked. */
    changesAcknowledged: (changes: readonly DeviceChangeView[]) => void;
    /** Where the gateway stands, for the explanation of an attempt of this device. */
    place: (deviceId: string | undefined) => Place;
    dispose: () => Promise<void>;
  };

export type DeskDeps = {
  endpoint: GatewayEndpoint;
  identity: DeviceIdentity;
  tokens: { load: () => string | undefined; save: (token: string | undefined) => void };
  store: Store;
  automation: Automation;
  publish: (change: BridgeChange) => void;
  /** Told each reading of the gateway's list. */
  /** Each reading; `whole`: who is not in it is not paired. */
  onList: (gateway: string, list: PairingList, whole: boolean) => void;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  rules: () => readonly RuleInForce[];
  /** Told the rules whose word on a request was compared with that of people, once that stands in the record. */
  onCompared: (ruleIds: readonly string[]) => void;
  windows: PermitWindows;
  guardLog: GuardLog;
  ruleTurn: InTurn;
  /** Another gateway of this console shows this identity. */
  isKeyShared: (gateway: string, deviceId: string) => boolean;
  version: string;
  clock: Clock;
  random: () => number;
  newId: () => string;
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
};
