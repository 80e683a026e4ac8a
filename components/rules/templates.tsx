'use client';
// Ready-made rules, switched off. Taking one opens the form; nothing is stored before.
import Link from 'next/link';
import type { RuleInput } from '#lib/api/rule-shapes.ts';
import { StatementLink } from '../gateways/statement-link.tsx';
import { Needs } from '../operators/needs.tsx';
import { Failure } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { Switch } from '../parts/switch.tsx';
import { useRuleTemplates } from '../queries/rules.ts';
import { RuleScopes } from './rule-facts.tsx';

type TemplatesProps = {
  taken: readonly string[];
  /** On some gateway nobody said that no proxy stands in front. */
  unsaid: boolean;
  onTake(body: RuleInput): void;
};

/** The templates; `onTake` opens the form with one of them. */
export function Templates({ taken, unsaid, onTake }: TemplatesProps) {
  const { data, error, isPending } = useRuleTemplates();
  // One that was taken stands above as a rule; offered again it would only be made twice.
  const left = data?.items.filter((template) => !taken.includes(template.name));
  if (left?.length === 0) return null;
  return (
    <section aria-labelledby="templates" className="mt-6">
      <h2 id="templates" className="text-sm font-semibold">
        Ready-made
      </h2>
      <p className="text-soft">Switched off. Switching one on shows all it gives first.</p>
      <div className="mt-2">
        <Failure error={error} />
        {isPending && <Waiting rows={2} className="h-24" />}
        <ul className="border-t border-hairline">
          {left?.map((template) => (
            <li
              key={template.key}
              data-item
              tabIndex={-1}
              className="grid grid-cols-[36px_minmax(0,1fr)] gap-x-3 border-b border-hairline py-3"
            >
              <div className="pt-0.5">
                <Needs right="admin">
                  <Switch
                    on={false}
                    name={`Ready-made rule ${template.name}`}
                    onChange={() => onTake({ ...template.body, enabled: true })}
                  />
                </Needs>
              </div>
              <div className="grid min-w-0 gap-1.5">
                <h3 className="text-base font-medium">{template.name}</h3>
                <p>{template.sentence}</p>
                <RuleScopes rule={template.body} />
                <p className="text-soft">{template.gives}</p>
                {unsaid && (template.body.origin === 'loopback' || template.body.assurance === 'log') && (
                  <p className="text-amber">
                    It approves nothing until you say that no proxy or tunnel stands in front. <StatementLink />
                  </p>
                )}
                {(template.body.effect ?? 'approve') === 'approve' && (
                  <p className="text-xs text-soft">
                    Needed only now?{' '}
                    <Link href="/" prefetch={false} className="text-accent underline underline-offset-2">
                      Approve once
                    </Link>
                  </p>
                )}
              </div>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
