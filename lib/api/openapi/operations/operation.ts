// What an operation of the API is in its description.

import type { z } from 'zod';
import type { Method, Needs } from '../../../http/route.ts';
import type { ProblemCode } from '../../../problem.ts';
import type { AnswerName, InputName } from '../schemas.ts';

export type Operation = Needs & {
  method: Method;
  /** Below /api/v1, with {name} for a part. */
  path: string;
  tag: 'requests' | 'gateways' | 'devices' | 'rules' | 'log' | 'session' | 'operators' | 'console';
  summary: string;
  text?: string;
  query?: z.ZodObject;
  body?: InputName;
  /** Several names: one of them. `files`: what a download holds, by its media type. */
  answers: { status: 200 | 201 | 204; schema: readonly AnswerName[]; text: string; files?: Readonly<Record<string, string>> };
  /** Beyond those that follow from access, query and body. */
  problems?: readonly ProblemCode[];
};

/** One shape, answered with 200. */
export const gives = (schema: AnswerName, text: string): Operation['answers'] => ({ status: 200, schema: [schema], text });

/** What a decision on one request can end in. */
export const DECIDING: readonly ProblemCode[] = [
  'gateway-unknown',
  'gateway-down',
  'gateway-refused',
  'console-waits',
  'request-gone',
  'request-changed',
  'request-busy',
  'store-unwritable',
];
