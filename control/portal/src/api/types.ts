import type { components } from "./schema";

export type { Directory, DirectoryInput, DirectoryTest } from "./optional";

/** The views of the API by the names that the portal uses. */
type Schemas = components["schemas"];

export type ServerInfo = Schemas["ServerView"];
export type Session = Schemas["SessionViewsView"];
export type LoginSession = Schemas["Listed"];
export type Factor = Schemas["FactorApiView"];
export type TotpStart = Schemas["NewAppView"];
export type User = Schemas["View"];
export type Role = Schemas["RoleApiView"];
export type ServiceAccount = Schemas["Account"];
export type Token = Schemas["TokenApiView"];
export type Challenge = Schemas["ChallengeView"];
export type NetworkSettings = Schemas["SettingsApiView"];
export type NetworkSettingsInput = Schemas["SettingsBody"];
export type NetworkStatus = Schemas["StatusView"];
export type MailTemplate = Schemas["TemplateBody"];
export type Device = Schemas["DeviceApiView"];
export type DeviceMade = Schemas["MadeView"];
export type Resource = Schemas["ResourceApiView"];
export type ResourceInput = Schemas["Body"];
export type ResourceCheck = Schemas["CheckView"];
export type ReachableResource = Schemas["Reach"];
export type Grant = Schemas["GrantApiView"];
export type GrantInput = Schemas["GrantApiBody"];
export type AccessRequest = Schemas["RequestApiView"];
export type Explanation = Schemas["ExplainView"];
export type Flow = Schemas["FlowRow"];
export type Secret = Schemas["SecretView"];
export type AuditRecord = Schemas["AuditView"];
export type AuditVerification = Schemas["Report"];
export type AuditStreams = Schemas["StreamsView"];
export type AuditStream = Schemas["StreamView"];
export type AlertChannel = Schemas["AlertChannelView"];
export type AlertDelivery = Schemas["DeliveryView"];
export type MailSettings = Schemas["MailSettingsView"];
export type NoticeSettings = Schemas["NoticeSettingsView"];
export type PushSubscription = Schemas["PushSubscriptionView"];
export type Status = Schemas["Status"];

/** A list as the API gives it. */
export interface Listing<T> {
    items: T[];
    next?: string;
    total?: number;
}
