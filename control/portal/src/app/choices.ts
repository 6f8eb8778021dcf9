import { api, got, whole } from "../api/client";
import type { Listing, Resource, Role, User } from "../api/types";
import { useQuery } from "../state/queries";
import { may, server } from "../state/session";

/** More than this nobody wants in a list to choose from. */
const MOST = 200;
const FOUND = 20;
const NONE = { items: [] };

/** A directory by the name that people choose at the login. */
export function directoryName(id: string): string {
    return server.value?.loginMethods.find((one) => one.id === id)?.label ?? id;
}

/** Names to choose from; empty for whom may not see them. */
export function useRoleNames(): Role[] {
    return useQuery<Listing<Role>>("roles?choices", () =>
        may("VIEW USERS") ? whole((query) => api.GET("/roles", { params: { query } })) : Promise.resolve(NONE),
    ).data?.items ?? [];
}

export interface Choices<T> {
    items: T[];
    /** Whether these are all there are; else those that fit what was typed. */
    all: boolean;
}

function useChoices<T>(key: string, typed: string, load: (query: { limit: number; q?: string }) => Promise<Listing<T>>): Choices<T> {
    const first = useQuery(key, () => load({ limit: MOST })).data;
    const all = (first?.total ?? 0) <= MOST;
    const found = useQuery(all ? "none" : `${key}&q=${typed}`, () => all ? Promise.resolve<Listing<T>>(NONE) : load({ limit: FOUND, ...(typed !== "" && { q: typed }) })).data;
    return { items: (all ? first : found)?.items ?? [], all };
}

/** Users to choose from, or that fit what was typed. */
export function useUserChoices(typed = ""): Choices<User> {
    return useChoices<User>("users?choices", typed, (query) => may("VIEW USERS") ? got(api.GET("/users", { params: { query } })) : Promise.resolve(NONE));
}

/** Resources to choose from, or that fit what was typed. */
export function useResourceChoices(typed = ""): Choices<Resource> {
    return useChoices<Resource>("resources?choices", typed, (query) => may("VIEW NETWORK") ? got(api.GET("/resources", { params: { query } })) : Promise.resolve(NONE));
}

export function useUserNames(): User[] {
    return useUserChoices().items;
}
