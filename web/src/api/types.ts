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

/** `running`, `succeeded`, `failed`, `interrupted`; a state that is added later is shown as it is called. */
export type Import = Answered<Schemas["Import"]>;
export type SourceStatus = Answered<Schemas["SourceStatus"]>;
export type SyncStatus = Answered<Schemas["SyncStatus"]>;

export type CustomerSummary = Answered<Schemas["Customer"]>;
export type CustomerList = Answered<Schemas["Customers"]>;
export type JourneyEvent = Answered<Schemas["JourneyEvent"]>;
export type JourneyCredit = Answered<Schemas["JourneyCredit"]>;
export type CustomerIdentity = Answered<Schemas["CustomerIdentity"]>;
export type UnmergeRequest = Schemas["UnmergeCustomer"];
export type IdentityDecided = Answered<Schemas["IdentityDecided"]>;
export type CustomerJourney = Answered<Schemas["CustomerJourney"]>;
