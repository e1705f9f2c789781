/** The names the app uses for the wire's shapes; every shape itself comes from the generated schema. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type User = Schemas["UserOut"];
export type Twin = Schemas["TwinCard"];
export type TwinDetail = Schemas["TwinDetail"];
export type Hit = Schemas["SearchHit"];
export type Item = Schemas["ItemOut"];
export type Passage = Schemas["PassageOut"];
export type Call = Schemas["CallOut"];
export type Turn = Schemas["TurnOut"];
export type Citation = Schemas["CitationOut"];
export type ConversationSummary = Schemas["ConversationOut"];
export type Wallet = Schemas["WalletOut"];
export type CallEntry = Schemas["CallLine"];
export type TopupEntry = Schemas["TopUpOut"];
export type ApiKey = Schemas["KeyOut"];
export type Report = Schemas["ReportOut"];
export type ReportNote = Schemas["NoteOut"];
export type LibraryItem = Schemas["LibraryItem"];
export type Example = Schemas["ExampleOut"];
export type Version = Schemas["VersionOut"];
export type Earnings = Schemas["EarningsOut"];
export type Day = Schemas["DayOut"];
export type Consent = Schemas["ConsentOut"];
