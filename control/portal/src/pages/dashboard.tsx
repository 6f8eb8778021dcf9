import { useEffect, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Challenge, Listing } from "../api/types";
import { RANGES } from "../format/flowquery";
import { bytes, count } from "../format/text";
import { invalidate, useQuery } from "../state/queries";
import { followTraffic, total, traffic } from "../state/traffic";
import { TimeChart } from "../ui/chart";
import { Segmented } from "../ui/controls";
import { Card, Loaded } from "../ui/parts";
import { sum, TopTalkers, useSeries, VerdictChart } from "./flowcharts";

function Throughput({ range }: { range: string }) {
    const series = useSeries(range);
    const now = total(traffic.value);
    const nodes = traffic.value.length;
    return (
        <Card title="Throughput" actions={<span class="small quiet">{nodes > 1 ? `${nodes} nodes now; the chart is of ${series.data?.node ?? "this one"}` : nodes === 0 ? "" : `${count(now.devicesOnline)} online, ${count(now.flows)} flows open`}</span>}>
            <div class="rates">
                <span><span class="small quiet">From devices</span><b>{nodes === 0 ? "–" : `${bytes(now.receivedPerSecond)}/s`}</b></span>
                <span><span class="small quiet">To devices</span><b>{nodes === 0 ? "–" : `${bytes(now.sentPerSecond)}/s`}</b></span>
            </div>
            <Loaded query={series} retry={() => invalidate("flows/series")}>
                {(known) => (
                    <TimeChart
                        label="Bytes of datagrams from and to devices"
                        times={known.items.map((one) => one.at)}
                        series={[
                            { name: "To devices", kind: "area", tone: "accent", values: known.items.map((one) => one.sent), show: bytes },
                            { name: "From devices", kind: "line", tone: "ok", values: known.items.map((one) => one.received), show: bytes },
                        ]}
                    />
                )}
            </Loaded>
        </Card>
    );
}

function Numbers({ range }: { range: string }) {
    const series = useSeries(range);
    const waiting = useQuery<Listing<Challenge>>("challenges/all", () => got(api.GET("/challenges", { params: { query: { state: "open", scope: "all", limit: 1 } } })));
    const items = series.data?.items ?? [];
    const shown = [
        ["Challenges waiting", waiting.data?.total ?? waiting.data?.items.length],
        ["Challenges approved", series.data && sum(items, (one) => one.approved)],
        ["Denied or missed", series.data && sum(items, (one) => one.refused)],
        ["Devices locked", series.data && sum(items, (one) => one.locks)],
        ["Attempts denied", series.data && sum(items, (one) => one.denied)],
    ] as const;
    return (
        <dl class="tiles">
            {shown.map(([name, value]) => (
                <div key={name} class="tile">
                    <dt>{name}</dt>
                    <dd class="v">{value === undefined ? "–" : count(value)}</dd>
                </div>
            ))}
        </dl>
    );
}

/** How the checkpoint is doing, by itself up to date. */
export function Dashboard() {
    const [range, setRange] = useState<string>("1h");
    const [by, setBy] = useState("user");
    useEffect(followTraffic, []);
    return (
        <section class="stack" aria-label="Dashboard">
            <div class="row-wrap"><Segmented name="dashboard-range" label="Time of the dashboard" value={range} onChange={setRange} choices={RANGES.map((one) => ({ key: one.key, label: one.label }))} /></div>
            <Numbers range={range} />
            <div class="halves">
                <Throughput range={range} />
                <VerdictChart range={range} />
                <TopTalkers range={range} by={by} onBy={setBy} />
            </div>
        </section>
    );
}
