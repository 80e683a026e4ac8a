// The rules of a console: the rulebook, told what the gateways say, and each change of a rule or of its figures sent to the browsers.
import type { BridgeChange } from './api/shapes.ts';
import type { Desk } from './approvals/desk-shape.ts';
import type { Clock } from './clock.ts';
import type { ConsoleGateways } from './console-gateways.ts';
import { createRuleFigures } from './rules/figures.ts';
import { createRulebook, type RulebookChange } from './rules/rulebook.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store/open.ts';

/** Whether a process of a gateway's user could write a file; where that user is not known, it could. */
function agentsCouldWrite(desks: readonly Desk[], { uid, mode }: { uid: number; mode: number }): boolean {
  const users = desks.map((desk) => desk.gatewayUid());
  return users.length === 0 || (mode & 0o022) !== 0 || users.some((user) => user === undefined || user === 0 || user === uid);
}

/** Loads the rules. Rejects with Problem('store-unwritable') when they cannot be read. */
export async function createConsoleRules(deps: {
  rulesFile: Settings['rulesFile'];
  store: Store;
  gateways: Pick<ConsoleGateways, 'desks' | 'views'>;
  grantsOf: (ruleId: string) => { devices: number };
  publish: (change: BridgeChange) => void;
  /** A rule changed: all that waits must be looked at again. */
  reevaluate: () => void;
  clock: Clock;
  newId: () => string;
  onError: (error: unknown) => void;
}) {
  const { publish, rulesFile } = deps;
  const { desks, views } = deps.gateways;
  const about = (gateway: string | undefined) => views().filter((g) => gateway === undefined || g.id === gateway);

  const showChange = (change: RulebookChange) => {
    if ('order' in change) return publish({ topic: 'rules', op: 'order', ids: change.order });
    figures.overtaken('set' in change ? change.set.id : change.gone);
    if ('set' in change) publish({ topic: 'rules', op: 'set', item: change.set });
    else publish({ topic: 'rules', op: 'gone', id: change.gone });
  };

  const rulebook = await createRulebook({
    store: deps.store,
    clock: deps.clock,
    newId: deps.newId,
    sameUser: (gateway) => about(gateway).some((g) => g.sameUser.same),
    statement: (gateway) => {
      const said = about(gateway);
      return said.length === 0 ? undefined : said.some((g) => g.statement.noProxyInFront);
    },
    grantsOf: deps.grantsOf,
    ...(rulesFile === undefined ? {} : { file: { path: rulesFile, agentsCouldWrite: (owner) => agentsCouldWrite(desks(), owner) } }),
    onFile: (item) => publish({ topic: 'rules-file', op: 'set', item }),
    onChange: (change, activity) => {
      showChange(change);
      if (activity) publish({ topic: 'activity', op: 'add', item: activity });
      deps.reevaluate();
    },
    onError: deps.onError,
  });

  const figures = createRuleFigures({
    view: rulebook.view,
    show: (item) => publish({ topic: 'rules', op: 'set', item }),
    onError: deps.onError,
  });

  return { rulebook, figures };
}
