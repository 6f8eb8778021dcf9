import { computed, signal } from "@preact/signals";
import type { ServerInfo, Session } from "../api/types";

/** Who is logged in; undefined before anybody knows, null when nobody is. */
export const session = signal<Session | null | undefined>(undefined);

/** What the server says of itself. */
export const server = signal<ServerInfo | undefined>(undefined);

/** The login is over and lacks nothing. */
export const isComplete = computed(() => session.value?.stage === "complete");

export function csrfToken(): string | undefined {
    return session.peek()?.csrfToken;
}

export function loggedOut(): void {
    session.value = null;
}

/** Whether the person may do it. What is not allowed is not shown; the server decides anyway. */
export function may(permission: string): boolean {
    return session.value?.permissions.includes(permission) ?? false;
}

export function mayAny(...permissions: string[]): boolean {
    return permissions.length === 0 || permissions.some(may);
}
