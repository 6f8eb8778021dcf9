import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Flow } from "../api/types";
import { bytes } from "../format/text";
import { clockTime, exactTime } from "../format/time";
import { live } from "../state/live";
import { useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton } from "../ui/controls";
import { Badge, Card, Empty, Loaded, Page, type Tone, useNow } from "../ui/parts";
import { Filter, Search, Table } from "../ui/table";

const FLOW_TONES: Record<string, Tone> = { allowed: "ok", "handed-off": "accent", denied: "bad", held: "warn", ended: "" };
const KEPT = 300;
const SLOTS = 60;
const SLOT_MILLIS = 5_000;

/** Flows in slots of five seconds, the newest last: all and the denied ones. */
export function slots(flows: Flow[], nowMillis: number): { all: number; denied: number }[] {
    const made = Array.from({ length: SLOTS }, () => ({ all: 0, denied: 0 }));
    for (const flow of flows) {
        const slot = made[SLOTS - 1 - Math.floor((nowMillis - Date.parse(flow.startedAt)) / SLOT_MILLIS)];
        if (slot !== undefined) {
            slot.all++;
            slot.denied += flow.verdict === "denied" ? 1 : 0;
        }
    }
    return made;
}

function Chart({ flows }: { flows: Flow[] }) {
    const time = useNow();
    const points = slots(flows, time);
    const top = Math.max(4, ...points.map((point) => point.all));
    const x = (index: number): number => (index / (SLOTS - 1)) * 600;
    const y = (value: number): number => 92 - (value / top) * 84;
    const line = points.map((point, index) => `${x(index).toFixed(1)},${y(point.all).toFixed(1)}`).join(" L");
    const denied = points.reduce((sum, point) => sum + point.denied, 0);
    const all = points.reduce((sum, point) => sum + point.all, 0);
    return (
        <Card title="The last five minutes" actions={<span class="small quiet">{all} flows, {denied} denied</span>}>
            <svg class="chart" viewBox="0 0 600 96" preserveAspectRatio="none" role="img" aria-label={`${all} flows in the last five minutes, ${denied} of them denied`}>
                <path class="a" d={`M0,96 L${line} L600,96 Z`} />
                <path class="l" d={`M${line}`} />
                {points.map((point, index) => point.denied > 0 && (
                    <rect key={index} class="d" x={x(index) - 2} y={y(point.denied)} width="4" height={96 - y(point.denied)} rx="1" />
                ))}
            </svg>
        </Card>
    );
}

function fits(flow: Flow, q: string, verdict: string): boolean {
    const text = `${flow.user} ${flow.device} ${flow.source} ${flow.destination} ${flow.resource ?? ""} ${flow.grant ?? ""}`.toLowerCase();
    return (verdict === "" || flow.verdict === verdict) && text.includes(q.toLowerCase());
}

export default function Flows() {
    const q = query.value.get("q") ?? "";
    const verdict = query.value.get("verdict") ?? "";
    const first = useQuery("flows", () => got(api.GET("/flows")));
    const arrived = useSignal<Flow[]>([]);
    const [frozen, setFrozen] = useState<Flow[]>();
    useEffect(() => live.on("flow", (payload) => {
        arrived.value = [payload as Flow, ...arrived.peek()].slice(0, KEPT);
    }), []);
    const known = new Map([...(first.data?.items ?? []), ...[...arrived.value].reverse()].map((flow) => [flow.id, flow]));
    const all = [...known.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, KEPT);
    const shown = (frozen ?? all).filter((flow) => fits(flow, q, verdict)).slice(0, 100);
    return (
        <Page
            title="Flows"
            text="What passes the checkpoint, as it happens."
            actions={frozen === undefined ? <Button icon="pause" onClick={() => setFrozen(all)}>Pause</Button> : <Button icon="play" kind="primary" onClick={() => setFrozen(undefined)}>Go on</Button>}
        >
            <div class="stack">
                <Chart flows={all} />
                <div class="filters">
                    <Search label="Search user, device, address" value={q} onChange={(text) => setQuery("q", text)} />
                    <Filter label="Verdict" value={verdict} onChange={(value) => setQuery("verdict", value)} choices={[
                        { value: "", label: "Any verdict" }, { value: "allowed", label: "Allowed" }, { value: "denied", label: "Denied" }, { value: "held", label: "Held" }, { value: "ended", label: "Ended" },
                    ]} />
                    <span class="total row"><span class={live.connected.value ? "live-dot" : "live-dot off"} />{frozen ? "Paused" : live.connected.value ? "Live" : "Connecting"}</span>
                </div>
                <Loaded query={first}>
                    {() => shown.length === 0 ? (
                        <Empty icon="flow" title={q + verdict === "" ? "No flows yet" : "No flow fits"}>A line appears here as soon as a device touches something, allowed or not.</Empty>
                    ) : (
                        <Table
                            label="Flows"
                            rows={shown}
                            id={(one) => one.id}
                            columns={[
                                { head: "Who", cell: (one) => <span><b>{one.user}</b> <span class="quiet">{one.device}</span></span> },
                                { head: "Time", cell: (one) => <time class="mono nowrap" dateTime={one.startedAt} title={exactTime(one.startedAt)}>{clockTime(one.startedAt)}</time> },
                                { head: "Target", cell: (one) => <span class="mono">{one.destination} <span class="quiet">{one.protocol}</span></span> },
                                { head: "Verdict", cell: (one) => <Badge tone={FLOW_TONES[one.verdict] ?? ""}>{one.verdict}</Badge> },
                                { head: "Resource", cell: (one) => one.resource || <span class="faint">no grant</span> },
                                { head: "Bytes", kind: "num", cell: (one) => <span class="nowrap">{bytes(one.bytesToTarget + one.bytesToDevice)}</span> },
                                { head: "", kind: "end", cell: (one) => may("VIEW NETWORK") && (
                                    <LinkButton size="small" kind="ghost" href={`/explain?subject=${encodeURIComponent(one.device.includes("/") ? one.device : `${one.user}/${one.device}`)}&target=${encodeURIComponent(one.destination)}&protocol=${one.protocol}`}>Why</LinkButton>
                                ) },
                            ]}
                        />
                    )}
                </Loaded>
            </div>
        </Page>
    );
}
