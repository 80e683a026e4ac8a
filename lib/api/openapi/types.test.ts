// The schemas of the document and the types of the wire contract say the same; the compiler is the judge.
import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type * as Grants from '../grant-shapes.ts';
import type { takeBackInput } from '../routes/take-backs.ts';
import type * as Rules from '../rule-shapes.ts';
import type * as Shapes from '../shapes.ts';
import type { bridgeChange, bridgeFrame, bridgeSubscribe } from './bridge.ts';
import type * as common from './common.ts';
import type * as console from './console.ts';
import type * as gateways from './gateways.ts';
import type * as handshakes from './handshakes.ts';
import type * as preview from './preview.ts';
import type * as requests from './requests.ts';
import type * as rules from './rules.ts';
import type { ANSWERS } from './schemas.ts';
import type * as takeBacks from './take-backs.ts';

test('schemas and the types of the wire contract agree in both directions', () => {
  expectTypeOf<z.infer<typeof common.freshness>>().toEqualTypeOf<Shapes.Freshness>();
  expectTypeOf<z.infer<typeof common.fact>>().toEqualTypeOf<Shapes.FactView>();
  expectTypeOf<z.infer<typeof common.originView>>().toEqualTypeOf<Shapes.OriginView>();
  expectTypeOf<z.infer<typeof common.verdictReason>>().toEqualTypeOf<Rules.VerdictReason>();
  expectTypeOf<z.infer<typeof rules.verdict>>().toEqualTypeOf<Rules.VerdictView>();
  expectTypeOf<z.infer<typeof common.actor>>().toEqualTypeOf<Shapes.DecisionActor>();
  expectTypeOf<z.infer<typeof common.problemView>>().toEqualTypeOf<Shapes.ProblemView>();
  expectTypeOf<z.infer<typeof requests.requestView>>().toEqualTypeOf<Shapes.RequestView>();
  expectTypeOf<z.infer<typeof requests.decisionView>>().toEqualTypeOf<Shapes.DecisionView>();
  expectTypeOf<z.infer<typeof handshakes.handshakeView>>().toEqualTypeOf<Shapes.HandshakeView>();
  expectTypeOf<z.infer<typeof handshakes.handshakeDetail>>().toEqualTypeOf<Shapes.HandshakeDetail>();
  expectTypeOf<z.infer<typeof handshakes.histogramView>>().toEqualTypeOf<Shapes.HistogramView>();
  expectTypeOf<z.infer<typeof handshakes.facetsView>>().toEqualTypeOf<Shapes.FacetsView>();
  expectTypeOf<z.infer<typeof handshakes.troubleView>>().toEqualTypeOf<Shapes.TroubleView>();
  expectTypeOf<z.infer<typeof gateways.deviceView>>().toEqualTypeOf<Shapes.DeviceView>();
  expectTypeOf<z.infer<typeof gateways.gatewayView>>().toEqualTypeOf<Shapes.GatewayView>();
  expectTypeOf<z.infer<typeof rules.ruleView>>().toEqualTypeOf<Pick<Rules.RuleView, keyof Rules.RuleView>>();
  expectTypeOf<z.infer<typeof preview.previewView>>().toEqualTypeOf<Rules.PreviewView>();
  expectTypeOf<z.infer<typeof preview.previewFrame>>().toEqualTypeOf<Rules.PreviewFrame>();
  expectTypeOf<z.infer<typeof console.automationView>>().toEqualTypeOf<Shapes.AutomationView>();
  expectTypeOf<z.infer<typeof console.activityView>>().toEqualTypeOf<Shapes.ActivityView>();
  expectTypeOf<z.infer<typeof console.overview>>().toEqualTypeOf<Shapes.Overview>();
  expectTypeOf<z.infer<typeof takeBacks.takeBackPlan>>().toEqualTypeOf<Grants.TakeBackPlan>();
  expectTypeOf<z.infer<typeof takeBacks.takeBackView>>().toEqualTypeOf<Grants.TakeBackView>();
  expectTypeOf<z.infer<typeof takeBackInput>>().toEqualTypeOf<Grants.TakeBackInput>();
  expectTypeOf<z.infer<(typeof ANSWERS)['RequestPage']>>().toEqualTypeOf<Shapes.Page<Shapes.RequestView>>();
  expectTypeOf<z.infer<typeof bridgeSubscribe>>().toEqualTypeOf<Shapes.BridgeSubscribe>();
  expectTypeOf<z.infer<typeof bridgeChange>>().toEqualTypeOf<Shapes.BridgeChange>();
  expectTypeOf<z.infer<typeof bridgeFrame>>().toEqualTypeOf<Shapes.BridgeFrame>();
});

test('a template holds a body that POST /rules takes', () => {
  expectTypeOf<Omit<z.infer<typeof rules.ruleTemplate>, 'body'>>().toEqualTypeOf<Omit<Rules.RuleTemplate, 'body'>>();
  expectTypeOf<Rules.RuleTemplate['body']['scopes']>().toEqualTypeOf<string[]>();
  expectTypeOf<keyof Rules.RuleInput>().toEqualTypeOf<keyof z.input<typeof rules.ruleTemplate>['body']>();
});
