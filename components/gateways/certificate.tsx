'use client';
// A gateway whose certificate the console refused: both fingerprints to compare, and the word that the new one is right.
import { useState } from 'react';
import type { GatewayView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { useAcceptCertificate } from '../queries/gateways.ts';

/** A fingerprint that can be compared by eye and selected. */
export function Fingerprint({ text }: { text: string }) {
  return <code className="font-mono text-2xs break-all select-all">{text}</code>;
}

/** The section of the card. */
export function GatewayCertificate({ gateway }: { gateway: GatewayView }) {
  const accept = useAcceptCertificate();
  // Armed for one fingerprint: another one that comes meanwhile has to be looked at anew.
  const [armed, setArmed] = useState<string>();
  const { known, refused, fixed } = gateway.certificate ?? { fixed: true };
  if (refused === undefined) return null;
  return (
    <section className="grid gap-1.5 border-t border-hairline px-4 py-3" aria-label={`Certificate of ${gateway.name}`}>
      <h3 className="text-xs font-semibold text-soft">{known === undefined ? 'A certificate to look at' : 'Another certificate'}</h3>
      <dl className="grid gap-1">
        {known !== undefined && (
          <div>
            <dt className="text-xs text-soft">known</dt>
            <dd>
              <Fingerprint text={known} />
            </dd>
          </div>
        )}
        <div>
          <dt className="text-xs text-soft">shown now, and refused</dt>
          <dd>
            <Fingerprint text={refused} />
          </dd>
        </div>
      </dl>
      {fixed ? (
        <p>A setting or the gateway’s own configuration names the right certificate, so it is changed there.</p>
      ) : (
        <>
          <p>
            No secret was sent. Compare the fingerprint on the gateway’s host. If it is not the same there, somebody stands between this
            console and the gateway.
          </p>
          <div className="flex flex-wrap gap-2">
            {armed === refused ? (
              <>
                <Button weight="danger" disabled={accept.isPending} onClick={() => accept.mutate({ id: gateway.id, fingerprint: refused })}>
                  Press again: I compared it
                </Button>
                <Button weight="quiet" onClick={() => setArmed(undefined)}>
                  Not now
                </Button>
              </>
            ) : (
              <ActButton needs="admin" onClick={() => setArmed(refused)}>
                Accept this certificate
              </ActButton>
            )}
          </div>
        </>
      )}
      <Failure error={accept.error} />
    </section>
  );
}
