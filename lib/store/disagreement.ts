// The last time that people decided otherwise than a rule, in words.
import type { AgreementView } from '../api/rule-shapes.ts';
import { isoOf } from '../clock.ts';
import { addedScopes, shortScopes } from '../gateway/scopes.ts';
import type { RecordedCase } from '../rules/case.ts';
import { isFields, readJson } from './json.ts';
import type { TakeBackRow } from './schema.ts';

export type Disagreement = NonNullable<AgreementView['lastDisagreement']>;

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);

function ofCase({ request, outcome, lastAtMs }: RecordedCase): Disagreement {
  const who = request.displayName ?? request.clientId ?? request.deviceId.slice(0, 8);
  const asked = shortScopes(addedScopes(request.paired?.scopes ?? [], request.scopes), 'nothing new');
  return {
    at: isoOf(outcome?.atMs ?? lastAtMs),
    gateway: request.gateway,
    deviceId: request.deviceId,
    text:
      outcome?.what === 'rejected'
        ? `${outcome.by === 'elsewhere' ? 'Somebody rejected with another tool' : 'A person rejected'} ${who}, which asked for ${asked}; the rule would have approved it.`
        : `A person approved ${who}, which asked for ${asked}; the rule would have rejected it.`,
  };
}

function ofTakeBack(row: Pick<TakeBackRow, 'gateway' | 'device_id' | 'at_ms' | 'body'>): Disagreement {
  const body = readJson(row.body, 'take-back');
  const fields = isFields(body) && isFields(body.view) ? body.view : {};
  const who = typeof fields.displayName === 'string' ? fields.displayName : row.device_id.slice(0, 8);
  return {
    at: isoOf(row.at_ms),
    gateway: row.gateway,
    deviceId: row.device_id,
    text: `A person took back what it had given ${who}: ${shortScopes(texts(fields.lost), 'nothing new')}.`,
  };
}

/** The newer of the two, or undefined where there was none. */
export function disagreementOf(
  decided: RecordedCase | undefined,
  takenBack: Pick<TakeBackRow, 'gateway' | 'device_id' | 'at_ms' | 'body'> | undefined,
): Disagreement | undefined {
  const both = [...(decided ? [ofCase(decided)] : []), ...(takenBack ? [ofTakeBack(takenBack)] : [])];
  return both.reduce<Disagreement | undefined>((newest, d) => (newest !== undefined && newest.at >= d.at ? newest : d), undefined);
}
