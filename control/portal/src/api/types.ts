import type { paths } from "./schema";

// The views of the API by the names that the portal uses. They are taken from where they are served: the names that
// the document gives to its schemas may change.

type Json<A> = A extends { content: { "application/json": infer T } } ? T : never;
type Answer<O> = O extends { responses: { "2XX": infer A } } ? Json<A> : O extends { responses: { 200: infer A } } ? Json<A> : never;
type Got<P extends keyof paths> = paths[P] extends { get: infer O } ? Answer<O> : never;
type Posted<P extends keyof paths> = paths[P] extends { post: infer O } ? Answer<O> : never;
type Item<P extends keyof paths> = Got<P> extends { items: (infer T)[] } ? T : never;
type Body<O> = O extends { requestBody: infer B } ? Json<B> : never;
type PostBody<P extends keyof paths> = paths[P] extends { post: infer O } ? Body<O> : never;
type PutBody<P extends keyof paths> = paths[P] extends { put: infer O } ? Body<O> : never;

export type ServerInfo = Got<"/server">;
export type Session = Got<"/session">;
export type LoginSession = Item<"/sessions">;
export type Factor = Item<"/me/factors">;
export type TotpStart = Posted<"/me/factors/totp">;
export type User = Item<"/users">;
export type Role = Item<"/roles">;
export type ServiceAccount = Item<"/service-accounts">;
export type Token = Item<"/tokens">;
export type FactorPolicy = Item<"/factor-policies">;
export type PolicyEffects = Posted<"/factor-policies/effects">;
export type Directory = Item<"/directories">;
export type DirectoryTest = Posted<"/directories/{id}/test">;
export type Challenge = Got<"/challenges/{id}">;
export type NetworkSettings = Got<"/network/settings">;
export type NetworkSettingsInput = PutBody<"/network/settings">;
export type NetworkStatus = Got<"/network/status">;
export type MailTemplate = Got<"/network/mail-template">;
export type Device = Got<"/devices/{id}">;
export type PastLock = Item<"/devices/{id}/locks">;
export type DeviceLink = Item<"/devices/{id}/links">;
export type IssuedLink = Posted<"/devices/{id}/link">;
export type FetchedConfig = Posted<"/device-links/{id}/fetch">;
export type DeviceMade = Posted<"/devices">;
export type Resource = Got<"/resources/{id}">;
export type ResourceInput = PostBody<"/resources">;
export type ResourceCheck = Posted<"/resources/check">;
export type ResourceImport = Posted<"/resources/import">;
export type Overlap = Item<"/resources/overlaps">;
export type UserReach = Item<"/users/{id}/resources">;
export type ReachableResource = Item<"/me/resources">;
/** Something that was denied to a device of this person, and that they may request. */
export type Offer = Item<"/me/offers">;
export type Grant = Got<"/grants/{id}">;
export type GrantInput = PostBody<"/grants">;
export type AccessRequest = Got<"/requests/{id}">;
export type Explanation = Got<"/explain">;
export type Simulation = Posted<"/policy/simulate">;
export type SimulationInput = PostBody<"/policy/simulate">;
export type ReachMap = Got<"/policy/map">;
export type Flow = Item<"/flows">;
export type FlowLogPage = Got<"/flows/log">;
/** A flow that has ended, or an attempt that was refused; as live news also one that was opened. */
export type FlowRecord = Item<"/flows/log">;
export type FlowLogSettings = Got<"/flows/log/settings">;
export type FlowTop = Got<"/flows/top">;
export type FlowSeries = Got<"/flows/series">;
export type FlowBucket = Item<"/flows/series">;

/** The load of a node, live. */
export interface Traffic {
    at: string;
    node: string;
    receivedPerSecond: number;
    sentPerSecond: number;
    flows: number;
    devicesOnline: number;
}
export type Secret = Got<"/secrets/{id}">;
export type AuditRecord = Item<"/audit">;
export type AuditVerification = Got<"/audit/verify">;
export type NewestCheckpoint = Got<"/audit/checkpoint">;
export type SignedCheckpoint = Item<"/audit/checkpoints">;
export type AuditStreams = Listing<Item<"/audit/streams">>;
export type AuditStream = Item<"/audit/streams">;
export type AlertChannel = Got<"/alert-channels/{id}">;
export type AlertDelivery = Item<"/alert-deliveries">;
export type MailSettings = Got<"/mail/settings">;
export type NoticeSettings = Got<"/me/notices">;
export type PushSubscription = Item<"/push/subscriptions">;
export type Status = Got<"/status">;

/** A list as the API gives it. */
export interface Listing<T> {
    items: T[];
    next?: string;
    total?: number;
}
