import type { components } from "./schema";

/** The views of the API by the names that the portal uses. */
type Schemas = components["schemas"];

export type ServerInfo = Schemas["ServerInfo"];
export type Session = Schemas["Session"];
export type LoginSession = Schemas["LoginSession"];
export type Factor = Schemas["Factor"];
export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type ServiceAccount = Schemas["ServiceAccount"];
export type Token = Schemas["Token"];
export type Directory = Schemas["Directory"];
export type Challenge = Schemas["Challenge"];
export type NetworkSettings = Schemas["NetworkSettings"];
export type NetworkStatus = Schemas["NetworkStatus"];
export type MailTemplate = Schemas["MailTemplate"];
export type Device = Schemas["Device"];
export type DeviceMade = Schemas["DeviceMade"];
export type Resource = Schemas["Resource"];
export type ResourceInput = Schemas["ResourceInput"];
export type ReachableResource = Schemas["ReachableResource"];
export type Grant = Schemas["Grant"];
export type GrantInput = Schemas["GrantInput"];
export type AccessRequest = Schemas["AccessRequest"];
export type Explanation = Schemas["Explanation"];
export type Flow = Schemas["Flow"];
export type Secret = Schemas["Secret"];
export type AuditRecord = Schemas["AuditRecord"];
export type AuditVerification = Schemas["AuditVerification"];
export type AlertChannel = Schemas["AlertChannel"];
export type AlertDelivery = Schemas["AlertDelivery"];
export type Status = Schemas["Status"];

/** A list as the API gives it. */
export interface Listing<T> {
    items: T[];
    next?: string;
    total?: number;
}
