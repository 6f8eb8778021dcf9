import { api, got } from "../api/client";
import type { Listing, Resource, Role, User } from "../api/types";
import { useQuery } from "../state/queries";
import { may, server } from "../state/session";

const MOST = 200;
const NONE = { items: [] };

/** A directory by the name that people choose at the login. */
export function directoryName(id: string): string {
    return server.value?.loginMethods.find((one) => one.id === id)?.label ?? id;
}

/** Names to choose from; empty for whom may not see them. */
export function useRoleNames(): Role[] {
    return useQuery<Listing<Role>>("roles?choices", () =>
        may("VIEW USERS") ? got(api.GET("/roles")) : Promise.resolve(NONE),
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
