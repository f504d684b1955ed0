/** The API's shapes by the names that the pages use. They come from the API's own description (`cargo xtask gen`), so they cannot differ. */
import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

/** An answer as it arrives: every field is written, null where there is nothing. (The description calls such fields optional too.) */
type Answered<T> = T extends readonly (infer Item)[] ? Answered<Item>[] : T extends object ? { [Key in keyof T]-?: Answered<Exclude<T[Key], undefined>> } : T;

export type Session = Answered<Schemas["Session"]>;

export type Unit = Schemas["Unit"];
export type Cell = Schemas["Cell"];
export type ResultTable = Answered<Schemas["Table"]>;
export type ResultMeta = ResultTable["meta"];
export type ReportQuery = Schemas["ReportQuery"];
export type CalculateRequest = Schemas["CalculateAttribution"];
export type AttributionSettings = Schemas["AttributionSettings"];
/** Its answer is there once it is done. */
export type Job = Omit<Answered<Schemas["Job"]>, "result"> & { result?: ResultTable };
export type SettingsVersion = Answered<Schemas["SettingsVersion"]>;
export type SettingsHistory = Answered<Schemas["SettingsHistory"]>;
export type WhatIfAnswer = Answered<Schemas["WhatIfAnswer"]>;
export type SaveSettings = Schemas["SaveAttributionSettings"];

/** `running`, `succeeded`, `failed`, `interrupted`; a state that is added later is shown as it is called. */
export type Import = Answered<Schemas["Import"]>;
export type SourceStatus = Answered<Schemas["SourceStatus"]>;
export type SyncStatus = Answered<Schemas["SyncStatus"]>;

export type Pipeline = Answered<Schemas["Pipeline"]>;
export type PipelineStage = Answered<Schemas["PipelineStage"]>;
export type PipelineGroup = Answered<Schemas["PipelineGroup"]>;
export type StuckLead = Answered<Schemas["StuckLead"]>;
export type MarketingFunnel = Answered<Schemas["MarketingFunnel"]>;
export type FunnelRow = Answered<Schemas["FunnelRow"]>;
export type FunnelStep = Schemas["FunnelStep"];
export type FunnelFigures = Answered<Schemas["FunnelFigures"]>;
export type Paths = Answered<Schemas["Paths"]>;
export type Path = Answered<Schemas["Path"]>;
export type PathBranch = Answered<Schemas["PathBranch"]>;
export type Assists = Answered<Schemas["Assists"]>;
export type Assist = Answered<Schemas["Assist"]>;
export type Overlap = Answered<Schemas["Overlap"]>;

export type CustomerSummary = Answered<Schemas["Customer"]>;
export type CustomerList = Answered<Schemas["Customers"]>;
export type JourneyEvent = Answered<Schemas["JourneyEvent"]>;
export type JourneyCredit = Answered<Schemas["JourneyCredit"]>;
export type Cohorts = Answered<Schemas["Cohorts"]>;
export type CohortRow = Answered<Schemas["CohortRow"]>;
export type Retention = Answered<Schemas["Retention"]>;
export type RetentionRow = Answered<Schemas["RetentionRow"]>;
export type AcquisitionSource = Answered<Schemas["AcquisitionSource"]>;
export type CustomerIdentity = Answered<Schemas["CustomerIdentity"]>;
export type UnmergeRequest = Schemas["UnmergeCustomer"];
export type IdentityDecided = Answered<Schemas["IdentityDecided"]>;
export type NotCredited = Answered<Schemas["NotCredited"]>;
export type CustomerJourney = Answered<Schemas["CustomerJourney"]>;

export type ChannelRules = Answered<Schemas["ChannelRules"]>;
export type ChannelRule = Answered<Schemas["ChannelRule"]>;
export type ChannelCondition = Answered<Schemas["ChannelCondition"]>;
export type ChannelRuleSet = Schemas["ChannelRuleSet"];
export type ChannelRulesVersion = Answered<Schemas["ChannelRulesVersion"]>;
export type ChannelDecision = Answered<Schemas["ChannelDecision"]>;
export type ChannelEffect = Answered<Schemas["ChannelEffect"]>;
export type TestTouch = Schemas["TestTouch"];
export type WhyThisChannel = Answered<Schemas["WhyThisChannel"]>;

export type CampaignMatch = Schemas["CampaignMatch"];
export type CampaignAudit = Answered<Schemas["CampaignAudit"]>;
export type AuditedCampaign = Answered<Schemas["AuditedCampaign"]>;
export type AuditedTouches = Answered<Schemas["AuditedTouches"]>;
export type Reconciliation = Answered<Schemas["Reconciliation"]>;
export type ReconciliationBar = Answered<Schemas["ReconciliationBar"]>;
export type BarKind = Schemas["ReconciliationBarKind"];
export type PlatformWaterfall = Answered<Schemas["PlatformWaterfall"]>;
export type Completion = Answered<Schemas["Completion"]>;
export type DayCompletion = Answered<Schemas["DayCompletion"]>;
export type Stability = Answered<Schemas["Stability"]>;
export type ChannelStability = Answered<Schemas["ChannelStability"]>;
export type StabilityVerdict = Schemas["StabilityVerdict"];

export type Catalogue = Answered<Schemas["Catalogue"]>;
export type MetricInfo = Answered<Schemas["Metric"]>;
export type DimensionInfo = Answered<Schemas["Dimension"]>;
