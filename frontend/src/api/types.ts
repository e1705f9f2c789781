/** The names the app uses for the wire's shapes; every shape itself comes from the generated schema. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type Twin = Schemas["Twin"];
export type TwinDetail = Schemas["TwinDetail"];
export type TextByLanguage = Schemas["TextByLanguage"];
export type Hit = Schemas["Hit"];
export type Item = Schemas["Item"];
export type Passage = Schemas["Passage"];
export type Call = Schemas["Call"];
export type Turn = Schemas["Turn"];
export type Citation = Schemas["Citation"];
export type ConversationSummary = Schemas["ConversationSummary"];
export type Wallet = Schemas["Wallet"];
export type Statement = Schemas["Statement"];
export type CallEntry = Schemas["CallEntry"];
export type TopupEntry = Schemas["TopupEntry"];
export type ApiKey = Schemas["ApiKey"];
export type Library = Schemas["Library"];
export type LibraryItem = Schemas["LibraryItem"];
export type Example = Schemas["Example"];
export type Version = Schemas["Version"];
export type Level = Schemas["Level"];
export type LossPoint = Schemas["LossPoint"];
export type Earnings = Schemas["Earnings"];
export type Day = Schemas["Day"];
export type Consent = Schemas["Consent"];
