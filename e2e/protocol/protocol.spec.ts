// Holds the practice gateway to the truth: it keeps the same promises as the real gateways (gateway.spec.ts).
import { holdToProtocol } from './hold.ts';
import { PRACTICE } from './target.ts';

holdToProtocol(PRACTICE, 'practice');
