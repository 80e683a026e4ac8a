// The way to the operator's statement, wherever something is said to wait for it.
import Link from 'next/link';

const WAITS_FOR_IT: ReadonlySet<string> = new Set(['loopback-needs-statement', 'log-needs-statement']);

/** Nothing for a reason that the statement does not lift. Without a reason, always. */
export function StatementLink({ code }: { code?: string }) {
  if (code !== undefined && !WAITS_FOR_IT.has(code)) return null;
  return (
    <Link href="/gateways" prefetch={false} className="whitespace-nowrap text-accent underline underline-offset-2">
      Give it on Gateways
    </Link>
  );
}
