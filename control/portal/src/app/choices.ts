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

export interface Choices<T> {
    /** None for whom may not see them. */
    items: T[];
    /** Whether these are all there are; else those that fit what was typed. */
    all: boolean;
    /** Whether it is not known yet how many there are. */
    loading: boolean;
}

/** Roles to choose from. */
export function useRoleChoices(): Choices<Role> {
    const { data, error } = useQuery<Listing<Role>>("roles?choices", () =>
        may("VIEW USERS") ? whole((query) => api.GET("/roles", { params: { query } })) : Promise.resolve(NONE),
    );
    return { items: data?.items ?? [], all: true, loading: data === undefined && error === undefined };
}

export function useRoleNames(): Role[] {
    return useRoleChoices().items;
}

function useChoices<T>(key: string, typed: string, load: (query: { limit: number; q?: string }) => Promise<Listing<T>>): Choices<T> {
    const { data: first, error } = useQuery(key, () => load({ limit: MOST }));
    const all = (first?.total ?? 0) <= MOST;
    const found = useQuery(all ? "none" : `${key}&q=${typed}`, () => all ? Promise.resolve<Listing<T>>(NONE) : load({ limit: FOUND, ...(typed !== "" && { q: typed }) })).data;
    return { items: (all ? first : found)?.items ?? [], all, loading: first === undefined && error === undefined };
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
