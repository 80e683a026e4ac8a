// What a measurement answers, and the one table that the bench prints.

/** What is aimed at; a figure without one is shown for comparison. All bounds are exclusive, in the figure's own unit. */
type Goal = { median?: number; p95?: number; text: string };

/** One row of the table. `load` is the machine's one-minute load when the samples were taken. */
export type Figure = {
  what: string;
  unit: 'ms' | 'MB' | 'KB' | '';
  goal?: Goal;
  samples: readonly number[];
  command: string;
  load: number;
};

/** A group of figures that are taken together, under the name that `npm run bench -- <name>` takes. */
export type Measurement = { name: string; take: (say: (text: string) => void) => Promise<Figure[]> };

/** The nearest-rank quantile of at least one sample; `q` between 0 and 1. NaN without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(q * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

const within = (value: number, limit: number | undefined) => limit === undefined || value < limit;

/** Whether a figure is within its reach; undefined for one that has none. */
export function isReached({ goal, samples }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return within(quantile(samples, 0.5), goal.median) && within(quantile(samples, 0.95), goal.p95);
}

function amount(value: number, unit: Figure['unit']): string {
  const digits = unit === '' || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

function cells(figure: Figure): string[] {
  const { what, unit, goal, samples, command, load } = figure;
  const reached = isReached(figure);
  return [
    what,
    goal?.text ?? '',
    amount(quantile(samples, 0.5), unit),
    amount(quantile(samples, 0.95), unit),
    String(samples.length),
    reached === undefined ? '' : reached ? 'yes' : 'no',
    load.toFixed(1),
    `\`${command}\``,
  ];
}

const HEAD = ['what', 'reach', 'median', 'p95', 'n', 'reached', 'load', 'command'];

/** The figures as a Markdown table, its columns aligned. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEAD), rule, ...rows.slice(1).map(line)].join('\n');
}
