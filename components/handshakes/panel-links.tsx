// Where to go from a row, and how far its explanation can be trusted.
import Link from 'next/link';
import type { DiagnosisView, HandshakeView } from '#lib/api/shapes.ts';

const LOOK = 'font-medium text-accent underline underline-offset-2';

/** This device, its other attempts, and all attempts that failed like this one. */
export function Links({ row }: { row: HandshakeView }) {
  const { gateway, deviceId, clientId, cause } = row;
  const query = (parameters: Record<string, string>) => `/handshakes?${new URLSearchParams(parameters)}`;
  return (
    <nav aria-label="More of this" className="flex flex-wrap gap-x-4 gap-y-1">
      {deviceId !== undefined && (
        <Link href={`/devices?${new URLSearchParams({ device: `${gateway}/${deviceId}` })}`} prefetch={false} className={LOOK}>
          Show this device
        </Link>
      )}
      {deviceId !== undefined ? (
        <Link href={query({ device: deviceId })} prefetch={false} className={LOOK}>
          Show its other attempts
        </Link>
      ) : (
        clientId !== undefined && (
          <Link href={query({ client: clientId })} prefetch={false} className={LOOK}>
            Show other attempts of this client
          </Link>
        )
      )}
      <Link href={query({ cause })} prefetch={false} className={LOOK}>
        Show all with this cause
      </Link>
    </nav>
  );
}

const HOW: Record<DiagnosisView['seen'][number]['how'], string> = {
  live: 'seen live',
  recorded: 'recorded',
  source: 'from its source only',
};

/** Key, page in the documents, and per version how the entry is known. */
export function Known({ diagnosis: { key, docs, seen } }: { diagnosis: DiagnosisView }) {
  return (
    <p className="text-xs break-words text-soft">
      <code className="font-mono">{key}</code>
      {docs !== '' && (
        <>
          {' '}
          · more in <code className="font-mono">docs/handshakes/{docs}</code>
        </>
      )}
      {seen.length > 0 && <> · {seen.map(({ version, how }) => `${version}: ${HOW[how]}`).join(', ')}</>}
    </p>
  );
}
