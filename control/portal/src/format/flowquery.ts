import type { FlowRecord } from "../api/types";
import { block, holds } from "./blocks";

/** The filters of the flow log by their names in the address and in the API. */
export const FILTERS = ["user", "device", "resource", "grant", "destination", "port", "protocol", "verdict", "minBytes"] as const;
export type FilterName = (typeof FILTERS)[number];
export type FlowFilters = Partial<Record<FilterName | "from" | "to", string>>;

/** Spans that a person chooses, in seconds. */
export const RANGES = [
    { key: "1h", label: "Last hour", seconds: 3_600 },
    { key: "24h", label: "Last day", seconds: 86_400 },
    { key: "7d", label: "Last week", seconds: 604_800 },
] as const;

const MINUTE = 60_000;

/** The first moment of a span: a whole minute, so that a query is the same while the minute lasts. */
export function since(range: string, nowMillis: number): string | undefined {
    const seconds = RANGES.find((one) => one.key === range)?.seconds;
    return seconds === undefined ? undefined : new Date(Math.floor(nowMillis / MINUTE) * MINUTE - seconds * 1_000).toISOString();
}

/** The filters in an address; own moments count before a span. */
export function filtersOf(query: URLSearchParams, nowMillis: number): FlowFilters {
    const filters: FlowFilters = {};
    for (const name of FILTERS) {
        const value = (query.get(name) ?? "").trim();
        if (value !== "") {
            filters[name] = value;
        }
    }
    const from = query.get("from") ?? since(query.get("range") ?? "", nowMillis);
    const to = query.get("to");
    return { ...filters, ...(from && { from }), ...(to && { to }) };
}

/** Filters as the query of an address of the API. */
export function queryText(filters: FlowFilters, more: Record<string, string> = {}): string {
    return new URLSearchParams({ ...filters, ...more }).toString();
}

/** Address and port of `10.0.1.5:443` or `[fd00::5]:443`. */
export function endOf(text: string): { address: string; port: string } {
    const colon = text.lastIndexOf(":");
    return { address: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: text.slice(colon + 1) };
}

function goesTo(wanted: string, address: string): boolean {
    const outer = block(wanted);
    const inner = block(address);
    return outer !== undefined && inner !== undefined && outer.v4 === inner.v4 && (outer.text === inner.text || holds(outer, inner));
}

/** Whether news of a flow are among those that are shown; the server decides the same way about what is in the log. */
export function fits(flow: FlowRecord, filters: FlowFilters): boolean {
    const { address, port } = endOf(flow.destination);
    return (
        (filters.user === undefined || flow.user === filters.user) &&
        (filters.device === undefined || flow.device === filters.device) &&
        (filters.resource === undefined || flow.resource === filters.resource) &&
        (filters.grant === undefined || flow.grant === filters.grant) &&
        (filters.destination === undefined || goesTo(filters.destination, address)) &&
        (filters.port === undefined || port === filters.port) &&
        (filters.protocol === undefined || flow.protocol === filters.protocol) &&
        (filters.verdict === undefined || flow.verdict === filters.verdict) &&
        (filters.minBytes === undefined || flow.bytesToTarget + flow.bytesToDevice >= Number(filters.minBytes)) &&
        (filters.to === undefined || flow.at < filters.to)
    );
}

/** Where the chain of reasons for a flow is shown. */
export function explainPath(flow: { device: string; user?: string; destination: string; protocol: string }): string {
    const subject = flow.device.includes("/") ? flow.device : `${flow.user ?? ""}/${flow.device}`;
    const protocol = flow.protocol.startsWith("icmp") ? "icmp" : flow.protocol;
    return `/explain?${new URLSearchParams({ subject, target: flow.destination, protocol })}`;
}
