import type { paths } from "./schema";

/** A directory of others: where people come from, and which of its groups give which role. */
export interface Directory {
    id: string;
    name: string;
    kind: "ldap" | "oidc";
    enabled: boolean;
    settings: Record<string, string>;
    secretSet: boolean;
    groupRoles: Record<string, string>;
    version: number;
}

export type DirectoryInput = Pick<Directory, "name" | "kind" | "enabled" | "settings" | "groupRoles">;

/** What each step of a login in a directory gave. */
export interface DirectoryTest {
    ok: boolean;
    steps: { name: string; ok: boolean; detail: string }[];
}

interface Answer<T> {
    200: { headers: Record<string, unknown>; content: { "application/json": T } };
}
interface Call<B, R, P> {
    parameters: { query?: never; header?: Record<string, string>; cookie?: never } & ([P] extends [never] ? { path?: never } : { path: P });
    requestBody: [B] extends [never] ? undefined : { content: { "application/json": B } };
    responses: Answer<R>;
}
type Id = { id: string };

/** Routes of parts that a server has or has not: directories of others, and backups over the API. */
interface Parts {
    "/login/oidc/start": { post: Call<{ directory: string }, { url: string }, never> };
    "/directories": { get: Omit<Call<never, { items: Directory[] }, never>, "requestBody">; post: Call<DirectoryInput, Directory, never> };
    "/directories/{id}": {
        get: Omit<Call<never, Directory, Id>, "requestBody">;
        put: Call<DirectoryInput, Directory, Id>;
        delete: Omit<Call<never, undefined, Id>, "requestBody">;
    };
    "/directories/{id}/test": { post: Call<{ user?: string; password?: string }, DirectoryTest, Id> };
    "/backups": { post: Call<{ passphrase?: string }, string, never> };
    "/licences": { get: Omit<Call<never, { items: { name: string; licence: string }[] }, never>, "requestBody"> };
}

/** The API's document, and what else there may be. */
export type AllPaths = paths & Omit<Parts, keyof paths>;
