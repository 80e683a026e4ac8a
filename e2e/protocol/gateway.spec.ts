// The real gateways of this run under the protocol suite: what the practice gateway is measured by.
// What a version does otherwise stands in target.ts as a trait, nowhere else.
import { versionsUnderTest } from '../live/scene.ts';
import { holdToProtocol } from './hold.ts';

for (const version of versionsUnderTest()) holdToProtocol(version, 'gateway');
