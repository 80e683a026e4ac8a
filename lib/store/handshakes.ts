// The handshake log as the rest of the console knows it: appended in batches, read in pages, counted, kept within limits.
import type { FacetsView, HandshakeView, HistogramBucket } from '../api/shapes.ts';
import type { HandshakeEvidence, NewHandshake } from '../handshakes/attempt.ts';
import type { HandshakeFilter } from '../handshakes/filter.ts';
import { turn } from '../turn.ts';
import { append } from './handshakes/append.ts';
import { facetsOf } from './handshakes/facets.ts';
import { failuresSince, histogramOf } from './handshakes/histogram.ts';
import { findHandshake, latestOf, newestAlike } from './handshakes/one.ts';
import { listHandshakes, type PageAsk } from './handshakes/page.ts';
import { prune, type Retention } from './handshakes/prune.ts';
import type { Bounds } from './handshakes/search.ts';
import type { HistoryDb } from './handshakes/tables.ts';
import type { Rows } from './paging.ts';

export type { Retention };

const SLICE = 500;

/**
 * The handshakes of a store: written over one connection and read over another, so that reading waits for no batch.
 * Every function rejects with Problem('store-unwritable') when the database cannot be used.
 */
export function createHandshakes({ writer, reader, bounds }: { writer: HistoryDb; reader: HistoryDb; bounds: Bounds }) {
  const log = { db: reader, bounds };
  const list = (ask: PageAsk): Promise<Rows<HandshakeView>> => listHandshakes(log, ask);
  return {
    /** Stores the attempts that are not known yet, all or none, on the disk when this resolves; answers those, in the order given. */
    append: (batch: readonly NewHandshake[]): Promise<HandshakeView[]> => append(writer, batch),

    /**
     * Newest first. With `fold` the newest attempt of each run that passes, with the run's whole count; with `run` the attempts of
     * one run. A page may be short, or empty, and still have a cursor. Rejects with Problem('input-invalid') for a bad cursor.
     */
    list,

    /** All that passes, newest first, in slices that hold nobody up. A long search yields empty ones, so that it can be given up. */
    async *each(filter: HandshakeFilter): AsyncGenerator<HandshakeView[], void, undefined> {
      let before: string | undefined;
      do {
        const page: Rows<HandshakeView> = await list({ ...filter, limit: SLICE, ...(before === undefined ? {} : { before }) });
        yield page.items;
        before = page.cursor;
        await turn();
      } while (before !== undefined);
    },

    /** One attempt with its evidence, or undefined. */
    find: (gateway: string, id: string): Promise<{ row: HandshakeView; evidence: HandshakeEvidence } | undefined> =>
      findHandshake(reader, gateway, id),

    /** The newest attempt of a device that failed, and the newest sign that it was admitted. */
    latestOf: (gateway: string, deviceId: string): Promise<{ failed?: HandshakeView; admitted?: HandshakeView }> =>
      latestOf(reader, gateway, deviceId),

    /** The newest attempt of the very way in which a row failed; the row itself where nothing came since, undefined where it is gone. */
    newestAlike: (row: Pick<HandshakeView, 'seq'>): Promise<HandshakeView | undefined> => newestAlike(reader, row),

    /** Attempts by outcome in buckets that begin at whole multiples of `bucketMs`, empty ones included; see histogramOf. */
    histogram: (filter: HandshakeFilter, span: { fromMs: number; toMs: number; bucketMs: number }): Promise<HistogramBucket[]> =>
      histogramOf(log, filter, span),

    /** What the other filters leave to choose from, most frequent first. */
    facets: (filter: HandshakeFilter): Promise<FacetsView> => facetsOf(log, filter),

    /** How many handshakes failed since a time (ms): refused, timed out or left early. */
    countFailuresSince: (sinceMs: number): Promise<number> => failuresSince(log, sinceMs),

    /** Deletes what is older or more than is to be kept, a slice at a time, until `left` is aborted. Answers how many attempts went. */
    prune: (retention: Retention, nowMs: number, left?: AbortSignal): Promise<number> => prune(writer, retention, nowMs, left),
  };
}

export type Handshakes = ReturnType<typeof createHandshakes>;
