// Every shape of the document under its name there. Answers are checked strictly in tests; readers should accept fields they do not know.
import { z } from 'zod';
import { permitWindowInput } from '../../approvals/permit-window-input.ts';
import { ruleInput } from '../../rules/rule.ts';
import { deviceActPlanInput } from '../routes/device-acts.ts';
import { acknowledgeChangesInput } from '../routes/device-changes.ts';
import { acknowledgeStatementInput, certificateInput, statementInput, vouchedInput } from '../routes/gateways.ts';
import { guardLimitsInput } from '../routes/guards.ts';
import { localApprovalInput } from '../routes/local-approval.ts';
import { operatorChangeInput, operatorInput, passkeyInput, passwordInput } from '../routes/operators.ts';
import { previewInput } from '../routes/preview.ts';
import { seen } from '../routes/requests.ts';
import { acknowledgeInput, automationInput, importInput, orderInput } from '../routes/rules.ts';
import { confirmInput } from '../routes/sessions.ts';
import { acceptInput, linkInput, passkeySignInInput, passwordSignInInput, setUpInput } from '../routes/sign-in.ts';
import { takeBackInput, takeBackPlanInput } from '../routes/take-backs.ts';
import { tokenInput } from '../routes/tokens.ts';
import * as accounts from './accounts.ts';
import { bridgeChange, bridgeFrame, bridgeSubscribe } from './bridge.ts';
import { actor, fact, freshness, originView, problem, problemView, verdictReason } from './common.ts';
import { activityView, auditView, automationView, overview } from './console.ts';
import { accessReview, cleanUpView, deviceDetail, deviceStory } from './device-details.ts';
import { deviceActInput, deviceActPlan, deviceActView, deviceChangeView } from './devices.ts';
import { deviceView, gatewayView } from './gateways.ts';
import { guardsView } from './guards.ts';
import {
  aftermathView,
  diagnosisView,
  facetsView,
  handshakeDetail,
  handshakeView,
  histogramView,
  timelineStep,
  troubleView,
} from './handshakes.ts';
import { nodeDecisionInput, nodeDecisionView, nodeRequestPage, nodeRequestView } from './nodes.ts';
import { previewFrame, previewItem, previewView } from './preview.ts';
import { decisionView, requestView } from './requests.ts';
import { agreementView, conditionView, ruleTemplate, ruleTrace, ruleView, shadowCall, verdict } from './rules.ts';
import { rulesDiff, rulesFileProblem, rulesFileView } from './rules-files.ts';
import { localApprovalView, scopeBook } from './scopes.ts';
import { takeBackItem, takeBackPlan, takeBackView } from './take-backs.ts';
import { permitWindowView } from './windows.ts';

const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    cursor: z.string().exactOptional().describe('Where to go on: send it as `before`. Absent on the last page.'),
    freshness,
  });

/** All there are: nothing is paged. */
const list = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item) });

/** What callers send. These refuse fields they do not know: a typing error must not widen anything. */
export const INPUTS = {
  Link: linkInput,
  SetUp: setUpInput,
  PasswordSignIn: passwordSignInInput,
  PasskeySignIn: passkeySignInInput,
  AcceptLink: acceptInput,
  Confirm: confirmInput,
  OperatorInput: operatorInput,
  OperatorChange: operatorChangeInput,
  PasswordInput: passwordInput,
  PasskeyInput: passkeyInput,
  TokenInput: tokenInput,
  Seen: seen,
  RuleInput: ruleInput,
  PreviewInput: previewInput,
  Statement: statementInput,
  Vouched: vouchedInput,
  AutomationInput: automationInput,
  AcknowledgeRule: acknowledgeInput,
  RuleOrder: orderInput,
  RulesImport: importInput,
  AcknowledgeStatement: acknowledgeStatementInput,
  CertificateWord: certificateInput,
  BridgeSubscribe: bridgeSubscribe,
  PermitWindowInput: permitWindowInput,
  GuardLimits: guardLimitsInput,
  TakeBackInput: takeBackInput,
  AcknowledgeChangesInput: acknowledgeChangesInput,
  DeviceActInput: deviceActInput,
  LocalApprovalInput: localApprovalInput,
  DeviceActPlanInput: deviceActPlanInput,
  NodeDecisionInput: nodeDecisionInput,
  TakeBackPlanInput: takeBackPlanInput,
};

/** What the console answers. */
export const ANSWERS = {
  SignInOptions: accounts.signInOptions,
  SessionStarted: accounts.sessionStarted,
  LinkView: accounts.linkView,
  PasskeyAsked: accounts.passkeyAsked,
  Caller: accounts.callerView,
  Confirmed: accounts.confirmed,
  SessionView: accounts.sessionView,
  SessionList: list(accounts.sessionView),
  CredentialView: accounts.credentialView,
  CredentialList: list(accounts.credentialView),
  OperatorView: accounts.operatorView,
  OperatorList: list(accounts.operatorView),
  OperatorInvited: accounts.operatorInvited,
  ApiTokenView: accounts.apiTokenView,
  TokenList: list(accounts.apiTokenView),
  TokenMade: accounts.tokenMade,
  Overview: overview,
  GatewayView: gatewayView,
  GatewayPage: page(gatewayView),
  DeviceView: deviceView,
  DevicePage: page(deviceView),
  DeviceChange: deviceChangeView,
  DeviceChangePage: page(deviceChangeView),
  DeviceChangeList: z.strictObject({ items: z.array(deviceChangeView) }),
  DeviceAct: deviceActView,
  DeviceActPlan: deviceActPlan,
  DeviceActPage: page(deviceActView),
  DeviceDetail: deviceDetail,
  DeviceStory: deviceStory,
  CleanUpView: cleanUpView,
  AccessReview: accessReview,
  ScopeBook: scopeBook,
  LocalApproval: localApprovalView,
  NodeRequestView: nodeRequestView,
  NodeRequestPage: nodeRequestPage,
  NodeDecisionView: nodeDecisionView,
  NodeDecisionPage: page(nodeDecisionView),
  RequestView: requestView,
  RequestPage: page(requestView),
  DecisionView: decisionView,
  DecisionPage: page(decisionView),
  HandshakeView: handshakeView,
  HandshakePage: page(handshakeView),
  HandshakeDetail: handshakeDetail,
  DiagnosisView: diagnosisView,
  TimelineStep: timelineStep,
  AftermathView: aftermathView,
  HistogramView: histogramView,
  FacetsView: facetsView,
  TroubleView: troubleView,
  RuleView: ruleView,
  RulePage: page(ruleView),
  RuleTemplate: ruleTemplate,
  RuleTemplatePage: page(ruleTemplate),
  RulesFileView: rulesFileView,
  RulesFilePage: page(rulesFileView),
  RulesFileProblem: rulesFileProblem,
  RulesDiff: rulesDiff,
  PreviewFrame: previewFrame,
  PreviewView: previewView,
  PreviewItem: previewItem,
  AutomationView: automationView,
  PermitWindowView: permitWindowView,
  PermitWindowPage: page(permitWindowView),
  GuardsView: guardsView,
  ActivityView: activityView,
  ActivityPage: page(activityView),
  AuditView: auditView,
  TakeBackItem: takeBackItem,
  TakeBackPlan: takeBackPlan,
  TakeBackView: takeBackView,
  TakeBackPage: page(takeBackView),
  Freshness: freshness,
  FactView: fact,
  OriginView: originView,
  VerdictView: verdict,
  RuleTrace: ruleTrace,
  ConditionView: conditionView,
  ShadowCall: shadowCall,
  AgreementView: agreementView,
  VerdictReason: verdictReason,
  DecisionActor: actor,
  ProblemView: problemView,
  Problem: problem,
  BridgeFrame: bridgeFrame,
  BridgeChange: bridgeChange,
};

export type InputName = keyof typeof INPUTS;
export type AnswerName = keyof typeof ANSWERS;

/** The JSON Schemas of all shapes, each pointing at the others by `#/components/schemas/`. */
export function componentSchemas(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...INPUTS, ...ANSWERS })) registry.add(schema, { id });
  const strict = new Set<unknown>(Object.values(INPUTS));
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.additionalProperties === false && !strict.has(zodSchema)) delete jsonSchema.additionalProperties;
      // The format says it; the pattern that zod adds is 300 characters in every place.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema;
      return [name, rest];
    }),
  );
}
