'use client';
// All rules as a file, for those who keep configuration in a repository.
import { Download } from 'lucide-react';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { type RulesFormat, useExportRules } from '../queries/rules.ts';

const TYPES: Record<RulesFormat, string> = { yaml: 'application/yaml', json: 'application/json' };

function save(text: string, format: RulesFormat): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: TYPES[format] }));
  link.download = `gatehouse-rules.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The button and its two formats. */
export function ExportRules() {
  const read = useExportRules();
  const start = (format: RulesFormat) => read.mutate(format, { onSuccess: ({ text }) => save(text, format) });
  return (
    <Popover
      align="end"
      label={
        <>
          <Download size={13} aria-hidden /> Export
        </>
      }
      buttonClass="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge bg-raised px-3 text-sm font-medium hover:bg-sunken"
    >
      <span className="grid gap-2">
        <span className="block text-soft">Every rule in its order, ready to be imported, or to be followed as GATEHOUSE_RULES_FILE.</span>
        <span className="flex gap-2">
          <Button small disabled={read.isPending} onClick={() => start('yaml')}>
            Save as YAML
          </Button>
          <Button small disabled={read.isPending} onClick={() => start('json')}>
            Save as JSON
          </Button>
        </span>
        {read.isSuccess && (
          <span role="status" className="text-good">
            Saved.
          </span>
        )}
        <Failure error={read.error} />
      </span>
    </Popover>
  );
}
