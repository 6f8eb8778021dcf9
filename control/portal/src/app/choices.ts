import { api, got } from "../api/client";
import type { Listing, Resource, Role, User } from "../api/types";
import { useQuery } from "../state/queries";
import { may } from "../state/session";

const MOST = 200;
const NONE = { items: [] };

/** Names to choose from; empty for whom may not see them. */
export function useRoleNames(): Role[] {
    return useQuery<Listing<Role>>("roles?choices", () =>
        may("VIEW USERS") ? got(api.GET("/roles", { params: { query: { limit: MOST } } })) : Promise.resolve(NONE),
    ).data?.items ?? [];
}

export function useUserNames(): User[] {
    return useQuery<Listing<User>>("users?choices", () =>
        may("VIEW USERS") ? got(api.GET("/users", { params: { query: { limit: MOST } } })) : Promise.resolve(NONE),
    ).data?.items ?? [];
}

export function useResourceNames(): Resource[] {
    return useQuery<Listing<Resource>>("resources?choices", () =>
        may("VIEW NETWORK") ? got(api.GET("/resources", { params: { query: { limit: MOST } } })) : Promise.resolve(NONE),
    ).data?.items ?? [];
}

/** Every permission, and what it allows, in the order of the server's own list. */
export const PERMISSIONS: { name: string; text: string }[] = [
    { name: "IP SCAN", text: "Neither the scan detector nor a decoy locks their devices" },
    { name: "REQUEST", text: "Ask for access to what is requestable" },
    { name: "APPROVE REQUESTS", text: "Decide on requests of others" },
    { name: "ADD OWN DEVICES", text: "Add devices of their own, within the limit" },
    { name: "VIEW USERS", text: "See users, roles, directories and second factors" },
    { name: "MANAGE USERS", text: "Make, change, lock and delete users; reset passwords and factors" },
    { name: "MANAGE ROLES", text: "Make and change roles, their permissions and members" },
    { name: "MANAGE DIRECTORIES", text: "Connect LDAP and OIDC" },
    { name: "MANAGE TOKENS", text: "Service accounts; revoke anybody's tokens and sessions" },
    { name: "VIEW NETWORK", text: "See all devices, resources, grants and requests" },
    { name: "MANAGE DEVICES", text: "Add, change, approve, lock and unlock devices of others" },
    { name: "MANAGE RESOURCES", text: "Make and change IP resources" },
    { name: "MANAGE GRANTS", text: "Make and revoke grants" },
    { name: "VIEW ALL LOGS", text: "See everybody's flows and challenges" },
    { name: "VIEW AUDIT", text: "Read, verify and export the audit log" },
    { name: "MANAGE SECRETS", text: "Keep and change secrets without seeing them" },
    { name: "REVEAL SECRET", text: "See a secret's value; recorded each time" },
    { name: "MANAGE ALERTS", text: "Set up alert channels" },
    { name: "MANAGE SETTINGS", text: "Change the server's settings" },
    { name: "BACKUP", text: "Make backups" },
];
