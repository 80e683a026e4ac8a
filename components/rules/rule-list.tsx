'use client';
// The rules in their order. A rule is moved by its buttons or by Alt and an arrow; its new place is read out, and the focus goes along.
import { useLayoutEffect, useRef, useState } from 'react';
import type { RuleView } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { Failure } from '../parts/notice.tsx';
import { useOrderRules } from '../queries/rules.ts';
import { RuleRow, type Step } from './rule-row.tsx';
import { moved } from './rule-words.ts';
import { acknowledgements, inputOf } from './tightest.ts';

type Focus = { order: string; id: string; from: 'row' | 'up' | 'down' };

type RuleListProps = { rules: readonly RuleView[]; gateways: readonly GatewayView[]; readOnly: boolean; onEdit(rule: RuleView): void };

/** One list; an order that the server refuses is put back as it is there. */
export function RuleList({ rules, gateways, readOnly, onEdit }: RuleListProps) {
  const order = useOrderRules();
  const [said, setSaid] = useState('');
  const goesTo = useRef<Focus>(undefined);
  const list = useRef<HTMLOListElement>(null);
  const ids = rules.map(({ id }) => id);
  const text = ids.join(' ');
  useLayoutEffect(() => {
    const wanted = goesTo.current;
    if (wanted === undefined || wanted.order !== text) return;
    goesTo.current = undefined;
    const row = list.current?.querySelector<HTMLElement>(`#${CSS.escape(`rule-${wanted.id}`)}`);
    const button = row?.querySelector<HTMLButtonElement>(`[data-move="${wanted.from}"]:not(:disabled)`);
    (button ?? row)?.focus();
  }, [text]);
  const move = (rule: RuleView, step: Step, from: Focus['from']) => {
    const next = moved(ids, rule.id, step);
    if (next === undefined) {
      setSaid(`${rule.name} is ${step === -1 ? 'first' : 'last'} already.`);
      return;
    }
    goesTo.current = { order: next.join(' '), id: rule.id, from };
    setSaid(`${rule.name} is now ${next.indexOf(rule.id) + 1} of ${next.length}.`);
    order.mutate(next);
  };
  return (
    <section aria-label="Rules, first match wins">
      <p className="text-xs text-soft">
        The first rule that matches decides. No match, any doubt or any error leaves the request to a person.
        {!readOnly && rules.length > 1 && ' Alt and an arrow move a rule.'}
      </p>
      <p role="status" className="sr-only">
        {said}
      </p>
      <Failure error={order.error} />
      <ol ref={list} className="mt-1 border-t border-hairline">
        {rules.map((rule, index) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            number={index + 1}
            count={rules.length}
            readOnly={readOnly}
            mustType={acknowledgements(inputOf(rule, true), gateways).length > 0}
            onEdit={() => onEdit(rule)}
            onMove={(step, from) => move(rule, step, from)}
          />
        ))}
      </ol>
    </section>
  );
}
