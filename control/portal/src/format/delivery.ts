import type { AlertChannel } from "../api/types";

const WAYS: Record<string, string> = { mail: "Mail", push: "Notice in a browser", webhook: "Webhook of a user" };

/** Who sends a message, by what the outbox calls it: `alert:ID`, `push:ID`, `mail` or `webhook`. */
export function senderOf(channel: string, alerts: readonly Pick<AlertChannel, "id" | "name">[]): string {
    const [way = "", ...id] = channel.split(":");
    if (way === "alert") {
        return alerts.find((one) => one.id === id.join(":"))?.name ?? "a channel that is gone";
    }
    return WAYS[way] ?? channel;
}
