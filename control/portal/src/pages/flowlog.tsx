import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, BASE, got } from "../api/client";
import type { FlowLogPage, FlowRecord } from "../api/types";
import { type FilterName, filtersOf, fits, type FlowFilters, queryText, RANGES } from "../format/flowquery";
import { bytes, plural } from "../format/text";
import { exactTime } from "../format/time";
import { live } from "../state/live";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { toastError } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { Advanced } from "../ui/fields";
import { Icon } from "../ui/icons";
import { Badge, Bones, Card, Empty, Failed, Note } from "../ui/parts";
import { Filter, Search, Table } from "../ui/table";
import { FLOW_TONES, FlowDetail } from "./flowdetail";

const KEPT = 200;
const VERDICTS = [
    { value: "", label: "Any verdict" }, { value: "allowed", label: "Allowed" }, { value: "handed-off", label: "Handed off" }, { value: "denied", label: "Denied" },
];
const PROTOCOLS = [{ value: "", label: "Any protocol" }, { value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }, { value: "icmp", label: "Ping" }, { value: "icmp6", label: "Ping (IPv6)" }];

function Exact({ name, label }: { name: FilterName; label: string }) {
    return <Search label={label} value={query.value.get(name) ?? ""} onChange={(text) => setQuery(name, text.trim())} />;
}

/** The filters, which are in the address: a link to a search can be sent. */
function Filters({ ofOthers, children }: { ofOthers: boolean; children?: ComponentChildren }) {
    const value = (name: string): string => query.value.get(name) ?? "";
    const more = ["grant", "port", "minBytes", "device", "protocol"].some((name) => value(name) !== "");
    return (
        <div class="stack">
            <div class="filters">
                {ofOthers && <Exact name="user" label="User" />}
                <Exact name="destination" label="Address or block" />
                <Exact name="resource" label="Resource" />
                <Filter label="Verdict" value={value("verdict")} onChange={(text) => setQuery("verdict", text)} choices={VERDICTS} />
                <Filter label="Time" value={value("range")} onChange={(text) => setQuery("range", text)} choices={[{ value: "", label: "Any time" }, ...RANGES.map((one) => ({ value: one.key, label: one.label }))]} />
                {children}
            </div>
            <Advanced label="More filters" open={more}>
                <div class="flowfilters">
                    <Exact name="device" label="Device, as USER/NAME" />
                    <Exact name="port" label="Port" />
                    <Filter label="Protocol" value={value("protocol")} onChange={(text) => setQuery("protocol", text)} choices={PROTOCOLS} />
                    <Exact name="grant" label="Grant" />
                    <Exact name="minBytes" label="At least so many bytes" />
                </div>
            </Advanced>
        </div>
    );
}

interface Rest {
    of: unknown;
    items: FlowRecord[];
    last: FlowLogPage | undefined;
}

/** The log page by page; what was looked at and the cursor are those of the last page. */
function useFlowLog(key: string, load: (cursor: string | undefined) => Promise<FlowLogPage>) {
    const first = useQuery(key, () => load(undefined));
    const [rest, setRest] = useState<Rest>({ of: undefined, items: [], last: undefined });
    const current = rest.of === first.data ? rest : undefined;
    const last = current?.last ?? first.data;
    return {
        of: first.data,
        items: first.data && [...first.data.items, ...(current?.items ?? [])],
        last,
        error: first.error,
        more: async (): Promise<void> => {
            const page = await load(last?.next);
            setRest({ of: first.data, items: [...(current?.items ?? []), ...page.items], last: page });
        },
    };
}

/** What fits since the log was read. */
function useTail(topic: "flow" | "flow.own" | undefined, filters: FlowFilters, since: unknown): FlowRecord[] {
    const arrived = useSignal<FlowRecord[]>([]);
    const key = queryText(filters);
    useEffect(() => {
        arrived.value = [];
        return topic !== undefined ? live.on(topic, (payload) => {
            const flow = payload as FlowRecord;
            if (fits(flow, filters)) {
                arrived.value = [flow, ...arrived.peek()].slice(0, KEPT);
            }
        }) : undefined;
    }, [topic, key, since]);
    return arrived.value;
}

function FlowTable({ rows, onShow }: { rows: FlowRecord[]; onShow: (flow: FlowRecord) => void }) {
    return (
        <Table
            label="Flows"
            rows={rows}
            id={(one) => one.id}
            columns={[
                { head: "Target", cell: (one) => <button type="button" class="linklike mono" aria-haspopup="dialog" onClick={() => onShow(one)}>{one.destination} <span class="quiet">{one.protocol}</span></button> },
                { head: "Time", cell: (one) => <time class="nowrap" dateTime={one.at}>{exactTime(one.at)}</time> },
                { head: "Who", cell: (one) => <span>{one.user ?? ""} <span class="quiet">{one.user === undefined ? one.device : one.device.replace(`${one.user}/`, "")}</span></span> },
                { head: "Verdict", cell: (one) => <Badge tone={FLOW_TONES[one.verdict] ?? ""}>{one.event === "opened" ? `${one.verdict}, open` : one.verdict}</Badge> },
                { head: "Resource", cell: (one) => one.resource ?? <span class="faint">none</span> },
                { head: "Bytes", kind: "num", cell: (one) => <span class="nowrap">{one.event === "closed" ? bytes(one.bytesToTarget + one.bytesToDevice) : ""}</span> },
            ]}
        />
    );
}

function Found({ log, tail, onShow }: { log: ReturnType<typeof useFlowLog>; tail: FlowRecord[]; onShow: (flow: FlowRecord) => void }) {
    const { items, last } = log;
    if (items === undefined || last === undefined) {
        return log.error === undefined ? <Bones lines={6} /> : <Failed error={log.error} retry={() => invalidate("flows/log")} />;
    }
    const rows = [...tail, ...items];
    return (
        <>
            {rows.length === 0 && !last.limited ? <Empty icon="flow" title="No flow fits">Flows are here when they have ended, attempts when they were refused.</Empty> : rows.length > 0 && <FlowTable rows={rows} onShow={onShow} />}
            {last.limited && <Note icon="info">Nothing more was found in the newest {bytes(last.scannedBytes)} that were looked at. The search can go on further back.</Note>}
            {last.damagedLines > 0 && <Note tone="warn" icon="warn">{plural(last.damagedLines, "line")} of the log can’t be read and {last.damagedLines === 1 ? "is" : "are"} left out.</Note>}
            {last.next !== undefined && <div class="more"><Button onClick={() => log.more().catch(toastError)}>{last.limited ? "Search further back" : "Show more"}</Button></div>}
            <p class="small quiet list-end">The log of {last.node}. Each node has its own.</p>
        </>
    );
}

/** Search in the flows of everybody, or in one's own. */
export function FlowLog({ ofOthers }: { ofOthers: boolean }) {
    const filters = filtersOf(query.value, Date.now());
    const tailing = query.value.get("tail") === "1";
    const [shown, setShown] = useState<FlowRecord>();
    const log = useFlowLog(`flows/log?${ofOthers}&${queryText(filters)}`, (cursor) => {
        const params = { params: { query: { ...filters, ...(cursor !== undefined && { cursor }) } } };
        return ofOthers ? got(api.GET("/flows/log", params)) : got(api.GET("/me/flows/log", params));
    });
    const tail = useTail(tailing ? (ofOthers ? "flow" : "flow.own") : undefined, filters, log.of);
    const exporting = (format: string): string => `${BASE}/flows/log/export?${queryText(filters, { format })}`;
    return (
        <div class="stack">
            <Filters ofOthers={ofOthers}>
                <span class="row push">
                    <Button icon={tailing ? "pause" : "play"} {...(tailing && { kind: "primary" as const })} onClick={() => setQuery("tail", tailing ? "" : "1")}>{tailing ? "Stop following" : "Follow"}</Button>
                    {ofOthers && (
                        <Menu label="Export" button={(props) => <button type="button" class="btn" {...props}><Icon name="download" />Export</button>} items={[
                            { label: "Export as CSV", icon: "download", run: () => download(exporting("csv")) },
                            { label: "Export as JSON lines", icon: "download", run: () => download(exporting("jsonl")) },
                        ]} />
                    )}
                </span>
            </Filters>
            {tailing && <p class="small quiet row" role="status"><span class={live.connected.value ? "live-dot" : "live-dot off"} />{live.connected.value ? "Following: what happens appears on top." : "Connecting"}</p>}
            <Card flush><Found log={log} tail={tail} onShow={setShown} /></Card>
            {shown && <FlowDetail flow={shown} onClose={() => setShown(undefined)} />}
        </div>
    );
}

/** Lets the browser keep a file of the API, which is made while it is sent. */
function download(href: string): void {
    const link = document.createElement("a");
    link.href = href;
    link.download = "";
    link.click();
}
