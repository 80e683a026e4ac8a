'use client';
// Rules in their order, the one switch over them, ready-made ones, the file that may hold them, and what no rule can change.
import { Plus, Upload } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import type { Overview } from '#lib/api/shapes.ts';
import { AutomationSwitch } from '../frame/automation-menu.tsx';
import { RuleFormDialog } from '../frame/later.ts';
import { GuardsSection } from '../guards/guards-section.tsx';
import { ActButton } from '../operators/act-button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { useOverview } from '../queries/overview.ts';
import { ExportRules } from './export-menu.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { RuleList } from './rule-list.tsx';
import { RulesFileBanner } from './rules-file-banner.tsx';
import { RulesDoNotMatter } from './rules-matter.tsx';
import { Templates } from './templates.tsx';

type Editing = { rule: RuleView } | { template: RuleInput } | { empty: true };

function Boundary({ overview }: { overview: Overview }) {
  const sameUser = overview.gateways.some((gateway) => gateway.sameUser.same);
  return (
    <Notice kind="warn" title="Rules are no boundary against a holder of the shared secret">
      <p className="text-soft">
        Whoever holds a gateway's token or password and reaches it on loopback is admin there already, unseen, under every setting. Rules
        decide for callers who do not use that. Keep the secret from agents and clients, and rotate it to evict one.
      </p>
      {sameUser && (
        <p className="text-soft">
          Here Gatehouse and the gateway run as one user: agents with file or command tools can act as this console. Rules above write wait
          until you acknowledge that.
        </p>
      )}
    </Notice>
  );
}

function Loaded({ overview, onEdit }: { overview: Overview; onEdit(editing: Editing): void }) {
  const { rules, gateways, automation, rulesFile } = overview;
  return (
    <>
      <RulesDoNotMatter gateways={gateways} />
      <section
        id="automation"
        aria-label="Automation"
        className="scroll-mt-16 rounded-lg border border-hairline bg-raised px-4 py-3 shadow-xs"
      >
        <AutomationSwitch automation={automation} />
        <p className="mt-1 text-xs text-soft">
          Whatever the rules say, the{' '}
          <Link href="#guards" className="text-accent underline underline-offset-2">
            guards
          </Link>{' '}
          below stand.
        </p>
      </section>
      {rulesFile !== undefined && <RulesFileBanner file={rulesFile} rules={rules} />}
      {rules.length === 0 ? (
        <Empty title="No rule yet">Every request waits for a person.</Empty>
      ) : (
        <RuleList rules={rules} gateways={gateways} readOnly={rulesFile !== undefined} onEdit={(rule) => onEdit({ rule })} />
      )}
      {rulesFile === undefined && (
        <Templates
          taken={rules.map((rule) => rule.name)}
          unsaid={gateways.some((g) => !g.statement.noProxyInFront)}
          onTake={(template) => onEdit({ template })}
        />
      )}
      <div className="mt-4">
        <Boundary overview={overview} />
      </div>
      <GuardsSection />
    </>
  );
}

/** Rules: structure at once, then the rules of the overview. */
export function RulesPage() {
  const { data, error } = useOverview();
  const [editing, setEditing] = useState<Editing>();
  const [importing, setImporting] = useState(false);
  const readOnly = data?.rulesFile !== undefined;
  return (
    <div className="grid w-full max-w-[920px] content-start gap-3 px-4 pb-8 sm:px-6">
      <PageHead title="Rules">
        {!readOnly && (
          <ActButton needs="admin" disabled={data === undefined} onClick={() => setImporting(true)}>
            <Upload size={13} aria-hidden /> Import
          </ActButton>
        )}
        {data !== undefined && <ExportRules />}
        {!readOnly && (
          <ActButton needs="admin" disabled={data === undefined} onClick={() => setEditing({ empty: true })}>
            <Plus size={14} aria-hidden /> New rule
          </ActButton>
        )}
      </PageHead>
      {data === undefined ? (
        error === null ? (
          <Waiting rows={3} className="h-24" />
        ) : (
          <Unread />
        )
      ) : (
        <Loaded overview={data} onEdit={setEditing} />
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {editing !== undefined && data !== undefined && (
        <RuleFormDialog
          gateways={data.gateways}
          rule={'rule' in editing ? editing.rule : undefined}
          template={'template' in editing ? editing.template : undefined}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}
